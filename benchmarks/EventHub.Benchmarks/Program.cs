using EventHub.Benchmarks;
using EventHub.Benchmarks.Roles;

return args is ["role", var role, .. var rest] ? await RoleRunner.RunAsync(role, rest) : await BenchRunner.RunAsync(args);
