namespace EventHub.Server.Tests.Configuration;

public sealed class ProblemTests
{
    [Theory]
    [MemberData(nameof(Samples.Bad), MemberType = typeof(Samples))]
    public void A_bad_value_is_told_with_key_origin_value_and_rule(string key, string value)
    {
        var setting = Samples.Find(key);
        var loaded = Loaded.From("", "", $"{key}: '{value}'");
        var problem = Assert.Single(loaded.Problems);
        var shown = setting.IsSecret ? "***" : $"'{value}'";
        Assert.Equal($"{key}: {shown} (eventhub.yaml line 1) is not valid: it must be {setting.Rule}", problem);
    }

    [Theory]
    [InlineData("--dta x", "", null, "--dta: unknown option (command line); did you mean --data?")]
    [InlineData("--Data=x", "", null, "--Data: unknown option (command line); did you mean --data?")]
    [InlineData("--poll-interval 5", "", null, "--poll-interval: unknown option (command line); did you mean --poll-interval-ms?")]
    [InlineData("--frobnicate", "", null, "--frobnicate: unknown option (command line); see eventhub serve --help for those there are")]
    [InlineData("stray", "", null, "'stray': unexpected argument (command line); options are written --name value")]
    [InlineData("--data", "", null, "--data: no value given (command line); it must be a directory")]
    [InlineData("--data a --data b", "", null, "--data: given 2 times (command line); give it once")]
    [InlineData("--roles api --roles deliver", "", null, "--roles: given 2 times (command line); give it once, with values separated by ','")]
    [InlineData("", "EVENTHUB_RETENSION=1d", null, "EVENTHUB_RETENSION: unknown variable (environment); did you mean EVENTHUB_RETENTION?")]
    [InlineData("", "EventHub_Data=x", null, "EventHub_Data: unknown variable (environment); did you mean EVENTHUB_DATA?")]
    [InlineData("", "EVENTHUB_PORT=8080", null, "EVENTHUB_PORT: unknown variable (environment); did you mean PORT?")]
    [InlineData("", "PORT=http", null, "urls: 'http' (environment PORT) is not valid: it must be http://ADDRESS:PORT")]
    [InlineData("", "", "retension: 1d", "retension: unknown key (eventhub.yaml line 1); did you mean retention?")]
    [InlineData("", "", "# comment\n\nnested:\n  data: x", "nested: unknown key (eventhub.yaml line 3)")]
    [InlineData("", "", "config: other.yaml", "config: unknown key (eventhub.yaml line 1)")]
    [InlineData("", "", "data:", "data: has no plain value (eventhub.yaml line 1); it must be a directory")]
    [InlineData("", "", "batch_size: [1, 2]", "batch_size: has no plain value (eventhub.yaml line 1)")]
    [InlineData("", "", "batch_size: {a: 1}", "batch_size: has no plain value (eventhub.yaml line 1)")]
    [InlineData("", "", "batch_size: 1\nbatch-size: 2", "batch_size: given twice (eventhub.yaml line 2, eventhub.yaml line 1); give it once")]
    [InlineData("", "", "data: 'unclosed", "config: 'eventhub.yaml' line 1 is not YAML")]
    [InlineData("", "", "- a\n- b", "config: 'eventhub.yaml' must be one list of 'key: value' lines")]
    [InlineData("--config gone.yaml", "", null, "config: 'gone.yaml' (command line): there is no such file")]
    [InlineData("", "EVENTHUB_CONFIG=gone.yaml", "data: x", "config: 'gone.yaml' (environment EVENTHUB_CONFIG): there is no such file")]
    [InlineData("--store redis", "", null, "store: 'redis' (command line) is not available in this version; it must be sqlite, postgres or memory")]
    [InlineData("--connection Host=a", "DB_HOST=db.internal", null, "connection: *** (command line) and db_host (environment DB_HOST) both say where the database is; give one")]
    [InlineData("--store postgres --connection Nonsense=secret", "", null, "connection: *** (command line) is not valid: Couldn't set nonsense")]
    [InlineData("--store postgres --connection mysql://u:secret@h/d", "", null, "connection: *** (command line) is not valid: ")]
    [InlineData("--store postgres --connection postgresql://u:secret@h:0/d", "", null, "connection: *** (command line) is not valid: ")]
    [InlineData("--store postgres", "DB_MAX_CONNECTIONS=3", null, "db_max_connections: '3' (environment DB_MAX_CONNECTIONS) is not valid: it must be a whole number from 6 to 1000")]
    [InlineData("--connection secret-string", "", null, "connection: *** (command line) is not for store sqlite")]
    public void What_is_wrong_is_told_in_one_line(string arguments, string environment, string? file, string expected)
    {
        var problem = Assert.Single(Loaded.From(arguments, environment, file).Problems);
        Assert.StartsWith(expected, problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem);
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once()
    {
        var problems = Loaded.From("--batch-size 0 --unknown x", "EVENTHUB_NOPE=1\nWEBHOOK_TIMEOUT_MS=soon", "retention: ever\nnope: 1").Problems;
        string[] keys = ["batch_size", "--unknown", "EVENTHUB_NOPE", "webhook_timeout_ms", "retention", "nope"];
        Assert.Equal(keys.Order(StringComparer.Ordinal), problems.Select(problem => problem.Split(':')[0]).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("--db-password=hunter2 --db-pasword=hunter2 --db-port x", "", null)]
    [InlineData("--db-pasword hunter2", "", null)]
    [InlineData("--connection hunter2", "", null)]
    [InlineData("", "EVENTHUB_DB_PASSWRD=hunter2", null)]
    [InlineData("", "", "db_pasword: hunter2")]
    [InlineData("", "", "db_password: [hunter2]")]
    public void Secrets_are_never_told(string arguments, string environment, string? file)
    {
        var problems = Loaded.From(arguments, environment, file).Problems;
        Assert.NotEmpty(problems);
        Assert.All(problems, problem => Assert.DoesNotContain("hunter2", problem, StringComparison.Ordinal));
    }

    [Fact]
    public void Control_characters_do_not_break_the_line()
    {
        var problem = Assert.Single(Loaded.From(["--worker-id", "a\nb\u001b[31m"], "", null).Problems);
        Assert.DoesNotContain(problem, c => char.IsControl(c));
    }

    [Theory]
    [InlineData("EVENTHUB_SERVICE_HOST=10.0.0.1")]
    [InlineData("EVENTHUB_SERVICE_PORT=80")]
    [InlineData("EVENTHUB_SERVICE_PORT_HTTP=80")]
    [InlineData("EVENTHUB_PORT=tcp://10.0.0.1:80")]
    [InlineData("EVENTHUB_PORT_80_TCP=tcp://10.0.0.1:80")]
    [InlineData("EVENTHUB_PORT_80_TCP_PROTO=tcp")]
    [InlineData("EVENTHUB_PORT_80_TCP_PORT=80")]
    [InlineData("EVENTHUB_PORT_80_TCP_ADDR=10.0.0.1")]
    [InlineData("EVENTHUB_METRICS_SERVICE_HOST=10.0.0.1")]
    [InlineData("EVENTHUB_METRICS_PORT=tcp://10.0.0.1:80")]
    [InlineData("EVENTHUB_METRICS_PORT_80_TCP_ADDR=10.0.0.1")]
    [InlineData("OTHER=1")]
    public void Variables_of_Kubernetes_and_others_are_left_alone(string variable) => Assert.Empty(Loaded.From("", variable).Problems);

    [Theory]
    [InlineData("")]
    [InlineData("# nothing but a comment\n")]
    [InlineData("---\n")]
    public void An_empty_file_is_fine(string file) => Assert.Empty(Loaded.From("", "", file).Problems);
}
