namespace PPLCNet.Vision.Retrieval.Indexes.Hnsw;

/// <summary>
/// What searches of a graph miss. An honest graph has such slots too: among many nearly equal vectors, pruning takes the last
/// link to some, and the last link from a group of them to the rest.
/// </summary>
/// <param name="Unreachable">Slots that no links lead to from the entry, in ascending order.</param>
/// <param name="Closed">Slots from which no links lead back to the entry, in ascending order. A search that comes down from
/// the upper levels to one of them finds nothing else.</param>
/// <param name="Count">Slots of the graph that was walked.</param>
internal sealed record GraphReach(int[] Unreachable, int[] Closed, int Count)
{
    /// <summary>An empty graph.</summary>
    public static GraphReach Empty { get; } = new([], [], 0);

    /// <summary>Whether searches miss so much that the graph is of no use.</summary>
    public bool IsPoor => Unreachable.Length + Closed.Length > Count / 2;

    /// <summary>Walks the links of the ground level: O(nodes x links).</summary>
    public static GraphReach Of(GraphNodes nodes) => nodes.Count == 0
        ? Empty
        : new GraphReach(Slots(nodes, Reached(nodes)), Slots(nodes, LeadingBack(nodes)), nodes.Count);

    /// <summary>Whether a search may have been caught: every slot that it found is closed.</summary>
    public bool MayBeCaught(ReadOnlySpan<ulong> found)
    {
        foreach (var slot in found)
        {
            if (Array.BinarySearch(Closed, (int)slot) < 0)
            {
                return false;
            }
        }

        return Closed.Length > 0;
    }

    private static int[] Slots(GraphNodes nodes, bool[] without)
    {
        var slots = Enumerable.Range(0, nodes.Count).Where(node => !without[node]).Select(nodes.SlotOf).ToArray();
        Array.Sort(slots);
        return slots;
    }

    private static bool[] Reached(GraphNodes nodes)
    {
        var reached = new bool[nodes.Count];
        var queue = new int[nodes.Count];
        reached[queue[0] = nodes.Entry] = true;
        for (int next = 0, end = 1; next < end; next++)
        {
            foreach (var other in nodes.Links(queue[next]))
            {
                if (!reached[other])
                {
                    reached[queue[end++] = (int)other] = true;
                }
            }
        }

        return reached;
    }

    /// <summary>
    /// The nodes that links lead back from. Most links go both ways, so that few passes over all nodes find them; nodes that
    /// would take more passes count as closed, which costs time and nothing else.
    /// </summary>
    private static bool[] LeadingBack(GraphNodes nodes)
    {
        const int MostPasses = 64;
        var leads = new bool[nodes.Count];
        leads[nodes.Entry] = true;
        var goesOn = true;
        for (var pass = 0; goesOn && pass < MostPasses; pass++)
        {
            goesOn = false;
            for (var node = 0; node < leads.Length; node++)
            {
                if (!leads[node] && LeadsToOne(nodes.Links(node), leads))
                {
                    leads[node] = goesOn = true;
                }
            }
        }

        return leads;
    }

    private static bool LeadsToOne(ReadOnlySpan<uint> links, bool[] leads)
    {
        foreach (var other in links)
        {
            if (leads[other])
            {
                return true;
            }
        }

        return false;
    }
}
