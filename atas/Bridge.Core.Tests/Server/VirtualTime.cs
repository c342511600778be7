using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Tapewire.Bridge.Server;

namespace Tapewire.Bridge.Tests.Server;

/// <summary>Time that passes when told, and a lane that runs on the test's own thread: the same run every time.</summary>
internal sealed class VirtualTime
{
    private readonly List<(double AtMs, TaskCompletionSource Wake)> _timers = [];
    private readonly List<Exception> _mistakes = [];

    public VirtualTime()
    {
        Lane = new SerialLane(_mistakes.Add);
    }

    public SerialLane Lane { get; }

    public double MonotonicMs { get; private set; } = 1_000;

    public double WallMs { get; set; } = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    /// <summary>Everything that can happen without time passing happens.</summary>
    public void Settle()
    {
        Lane.RunUntilIdle();
        if (_mistakes.Count > 0) throw new InvalidOperationException("a step on the lane threw", _mistakes[0]);
    }

    public void Pass(double ms)
    {
        var untilMs = MonotonicMs + ms;
        Settle();
        while (_timers.Count > 0)
        {
            var next = _timers.MinBy(timer => timer.AtMs);
            if (next.AtMs > untilMs) break;
            _timers.Remove(next);
            Move(Math.Max(next.AtMs - MonotonicMs, 0));
            next.Wake.TrySetResult();
            Settle();
        }
        Move(untilMs - MonotonicMs);
    }

    public Task Sleep(double ms, CancellationToken cancellation = default)
    {
        if (cancellation.IsCancellationRequested) return Task.CompletedTask;
        var wake = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _timers.Add((MonotonicMs + Math.Max(ms, 0), wake));
        cancellation.Register(() =>
        {
            _timers.RemoveAll(timer => timer.Wake == wake);
            wake.TrySetResult();
        });
        return wake.Task;
    }

    private void Move(double ms)
    {
        MonotonicMs += ms;
        WallMs += ms;
    }
}
