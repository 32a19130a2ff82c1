namespace EventHub.Publishing;

/// <summary>What is wrong with one field of a request.</summary>
/// <param name="Field">Its JSON path as the caller wrote it, for example <c>type</c> or <c>delivery.retry.limit</c>.</param>
/// <param name="Message">What is wrong, which value, what to do; reads on from the field's name.</param>
/// <param name="Index">Index of the item in a batch; <c>null</c> outside batches.</param>
public sealed record FieldError(string Field, string Message, int? Index = null);
