return await EventHub.Server.Verbs.CommandLineProgram.RunAsync(args, Console.Out, Console.Error);
