using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading;

namespace Tapewire.Platform;

/// <summary>
/// A thread of the platform with its queue: data, connection, window or background. What a handler does to it is watched: one that
/// holds it longer than the bound is a hang, which on a real platform is a frozen chart; one that throws is a fault.
/// </summary>
public sealed class Lane : IDisposable
{
    /// <summary>Held for so many bounds, a thread is recorded without waiting for the handler to return.</summary>
    private const int NeverFactor = 8;
    private readonly BlockingCollection<(string What, Action Action)> _queue = [];
    private readonly Recorder _recorder;
    private readonly Thread _thread;
    private readonly Timer _watch;
    private long _waiting;
    private string? _what;
    private long _since;
    private bool _told;

    /// <param name="name">The name of the thread.</param>
    /// <param name="recorder">Hears of hangs and faults.</param>
    /// <param name="windows">A thread of the windows: awaits come back to it, so waiting on it for oneself never ends.</param>
    public Lane(string name, Recorder recorder, bool windows = false)
    {
        ArgumentNullException.ThrowIfNull(recorder);
        Name = name;
        _recorder = recorder;
        _thread = new Thread(() => Run(windows)) { IsBackground = true, Name = name };
        _thread.Start();
        // Sees a handler that never comes back, which the measurement after it would not.
        _watch = new Timer(_ => Look(recorder.HangBound * NeverFactor), null, recorder.HangBound, recorder.HangBound);
    }

    public string Name { get; }

    public bool IsCurrent => Thread.CurrentThread == _thread;

    public void Post(string what, Action action)
    {
        Interlocked.Increment(ref _waiting);
        if (!_queue.IsAddingCompleted) _queue.Add((what, action));
    }

    /// <summary>Waits until everything posted so far is done. True when there was something.</summary>
    public bool Drain()
    {
        if (Interlocked.Read(ref _waiting) == 0) return false;
        using var done = new ManualResetEventSlim();
        Post("drain", done.Set);
        if (!done.Wait(TimeSpan.FromSeconds(30))) throw new TimeoutException($"the thread {Name} is held by {_what}");
        return true;
    }

    public void Dispose()
    {
        if (!_queue.IsAddingCompleted) _queue.CompleteAdding();
        _watch.Dispose();
        // A thread that a handler holds is left behind: it is a background thread, and was recorded.
        if (!IsCurrent && _thread.Join(TimeSpan.FromSeconds(2))) _queue.Dispose();
    }

    private void Run(bool windows)
    {
        if (windows) SynchronizationContext.SetSynchronizationContext(new LaneContext(this));
        foreach (var (what, action) in _queue.GetConsumingEnumerable())
        {
            (_what, _told) = (what, false);
            Volatile.Write(ref _since, Stopwatch.GetTimestamp());
            try
            {
                action();
            }
#pragma warning disable CA1031 // Whatever a handler throws, the platform goes on; it is recorded.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                _recorder.Fault(Name, what, fault);
            }
            Look(_recorder.HangBound);
            Volatile.Write(ref _since, 0);
            Interlocked.Decrement(ref _waiting);
        }
    }

    private void Look(TimeSpan bound)
    {
        var since = Volatile.Read(ref _since);
        if (since == 0 || _told) return;
        var held = Stopwatch.GetElapsedTime(since);
        if (held <= bound) return;
        _told = true;
        _recorder.Hang(Name, _what ?? "", held);
    }

    private sealed class LaneContext(Lane lane) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => lane.Post("continuation", () => d(state));

        public override void Send(SendOrPostCallback d, object? state)
        {
            if (lane.IsCurrent)
            {
                d(state);
                return;
            }
            using var done = new ManualResetEventSlim();
            lane.Post("continuation", () =>
            {
                d(state);
                done.Set();
            });
            done.Wait();
        }

        public override SynchronizationContext CreateCopy() => this;
    }
}
