namespace EventHub.Sqlite.Writing;

/// <summary>
/// After a full disk was found: writes as much as a large event takes, and in a second operation removes it again, so that the store is found well
/// without anybody publishing. A write of a page or two would not tell: it fits into what the refused write before it has added to the WAL.
/// </summary>
internal sealed class SpaceProbeOperation(bool removes) : ResultOperation<bool>
{
    private const string FillSql =
        "INSERT INTO meta (name, value) VALUES ('space_probe', zeroblob(1048576)) ON CONFLICT (name) DO UPDATE SET value = excluded.value";

    private const string RemoveSql = "DELETE FROM meta WHERE name = 'space_probe'";

    public override long Bytes => 1024 * 1024;

    public override bool ProvesSpace => !removes;

    public override void Execute(WriteTransaction transaction)
    {
        transaction.Connection.Run(removes ? RemoveSql : FillSql);
        Result = true;
    }
}
