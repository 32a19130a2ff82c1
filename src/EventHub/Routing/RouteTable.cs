using EventHub.Events;

namespace EventHub.Routing;

/// <summary>
/// Routes by what they match; whoever owns it adds to it. Exact types are looked up in a dictionary, patterns walked in a trie of segments, so what an event costs
/// depends on how many subscriptions match it, not on how many there are.
/// </summary>
internal sealed class RouteTable
{
    private readonly Dictionary<string, List<EventRoute>> _exact = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<EventRoute>> _byTestSource = new(StringComparer.Ordinal);
    private readonly List<EventRoute> _all = [];
    private readonly Node _root = new();

    /// <param name="routes">Routes to begin with.</param>
    public RouteTable(IEnumerable<EventRoute> routes)
    {
        foreach (var route in routes) Add(route);
    }

    /// <summary>Adds a route; one of an inactive or deleted subscription takes no events.</summary>
    public void Add(EventRoute route)
    {
        if (!route.Subscription.Active || route.Version.IsDeleted) return;
        AddTo(_byTestSource, route.TestSource, route);
        foreach (var pattern in route.Patterns) Add(pattern, route);
    }

    /// <summary>Adds the routes that take the event to <paramref name="matches"/>, each once.</summary>
    public void Match(Event item, HashSet<EventRoute> matches)
    {
        if (TestEvent.Is(item))
        {
            if (_byTestSource.TryGetValue(item.Source, out var targets)) matches.UnionWith(targets);
            return;
        }

        AddMatching(_all, item, matches);
        if (_exact.TryGetValue(item.Type, out var exact)) AddMatching(exact, item, matches);
        if (_root.HasChildren) Walk(_root, item.Type, item, matches);
    }

    private void Add(TypePattern pattern, EventRoute route)
    {
        if (pattern.MatchesAll) _all.Add(route);
        else if (pattern.IsExact) AddTo(_exact, pattern.Text, route);
        else
        {
            var node = _root;
            foreach (var segment in pattern.Segments)
            {
                if (segment == "**")
                {
                    node.Tails.Add(route);
                    return;
                }

                node = node.Child(segment);
            }

            node.Ends.Add(route);
        }
    }

    private static void Walk(Node node, ReadOnlySpan<char> rest, Event item, HashSet<EventRoute> matches)
    {
        AddMatching(node.Tails, item, matches);
        var dot = rest.IndexOf('.');
        var head = dot < 0 ? rest : rest[..dot];
        if (node.Find(head) is { } exact) Enter(exact, dot, rest, item, matches);
        if (node.Star is { } star) Enter(star, dot, rest, item, matches);
    }

    private static void Enter(Node node, int dot, ReadOnlySpan<char> rest, Event item, HashSet<EventRoute> matches)
    {
        if (dot < 0) AddMatching(node.Ends, item, matches);
        else Walk(node, rest[(dot + 1)..], item, matches);
    }

    private static void AddMatching(List<EventRoute> routes, Event item, HashSet<EventRoute> matches)
    {
        foreach (var route in routes)
        {
            if (route.MatchesBeyondType(item)) matches.Add(route);
        }
    }

    private static void AddTo(Dictionary<string, List<EventRoute>> lists, string key, EventRoute route)
    {
        if (!lists.TryGetValue(key, out var list)) lists.Add(key, list = []);
        list.Add(route);
    }

    /// <summary>One segment of the trie.</summary>
    private sealed class Node
    {
        private readonly Dictionary<string, Node> _children = new(StringComparer.Ordinal);

        public Node? Star { get; private set; }

        /// <summary>Routes whose pattern ends here.</summary>
        public List<EventRoute> Ends { get; } = [];

        /// <summary>Routes whose pattern goes on with <c>**</c>.</summary>
        public List<EventRoute> Tails { get; } = [];

        public bool HasChildren => _children.Count > 0 || Star is not null || Tails.Count > 0;

        public Node Child(string segment)
        {
            if (segment == "*") return Star ??= new Node();
            if (!_children.TryGetValue(segment, out var child)) _children.Add(segment, child = new Node());
            return child;
        }

        public Node? Find(ReadOnlySpan<char> segment) =>
            _children.Count > 0 && _children.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(segment, out var child) ? child : null;
    }
}
