// Each of these runs a hub, some a browser too: one at a time, with time enough for what they wait for.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
