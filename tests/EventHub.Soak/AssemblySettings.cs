// Each test has the machine's processors to itself: they measure memory and deadlines of a process that runs beside them.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
