using System;
using System.Collections.Generic;

namespace Tapewire.Platform;

/// <summary>
/// Time that stands still until a test moves it. Before it goes on, every lane has done all it was given, so a test runs the same way
/// every time although the handlers run on threads of their own.
/// </summary>
public sealed class VirtualTime : PlatformTime
{
    private readonly List<Lane> _lanes = [];
    private DateTime _now = new(2026, 1, 5, 12, 0, 0, DateTimeKind.Utc);

    public override DateTime Now => _now;

    public void Watch(Lane lane)
    {
        lock (Gate) _lanes.Add(lane);
    }

    public void Advance(double milliseconds)
    {
        var until = _now.AddMilliseconds(milliseconds);
        Settle();
        while (Take(until) is { } next)
        {
            if (next.Due > _now) _now = next.Due;
            next.Action();
            Settle();
        }
        _now = until;
    }

    /// <summary>Until nobody has anything to do at this moment of time.</summary>
    public void Settle()
    {
        Lane[] lanes;
        lock (Gate) lanes = [.. _lanes];
        for (var busy = true; busy;)
        {
            busy = false;
            foreach (var lane in lanes) busy |= lane.Drain();
        }
    }
}
