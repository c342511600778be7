using System;
using System.Collections.Generic;
using System.Threading;

namespace Tapewire.Platform;

/// <summary>The only clock of the simulator: what the time is, and what happens later. Due at the same moment, first come first served.</summary>
public abstract class PlatformTime : IDisposable
{
    private readonly PriorityQueue<Action, (long DueTicks, long Number)> _due = new();
    private long _number;

    /// <summary>UTC.</summary>
    public abstract DateTime Now { get; }

    protected Lock Gate { get; } = new();

    public void After(TimeSpan delay, Action action) => At(Now + delay, action);

    public void At(DateTime due, Action action)
    {
        lock (Gate) _due.Enqueue(action, (due.Ticks, _number++));
        Added();
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) { }

    /// <summary>Something was put into the queue.</summary>
    protected virtual void Added() { }

    protected DateTime? NextDue()
    {
        lock (Gate) return _due.TryPeek(out _, out var key) ? new DateTime(key.DueTicks, DateTimeKind.Utc) : null;
    }

    /// <summary>The next action that is due at <paramref name="until"/>, taken out of the queue.</summary>
    protected (DateTime Due, Action Action)? Take(DateTime until)
    {
        lock (Gate)
        {
            if (!_due.TryPeek(out _, out var key) || key.DueTicks > until.Ticks) return null;
            return (new DateTime(key.DueTicks, DateTimeKind.Utc), _due.Dequeue());
        }
    }
}
