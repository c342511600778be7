using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;

namespace Tapewire.Bridge.Server;

/// <summary>
/// One channel, one consumer: whatever is posted here, and whatever goes on here after an <c>await</c>, runs one after the
/// other and never at the same time. All state of the bridge lives behind it, so none of it needs a lock, and between two
/// awaits nothing else happens: what was true at a last look is true when the order leaves.
/// </summary>
public sealed class SerialLane : SynchronizationContext
{
    private readonly Channel<(SendOrPostCallback Step, object? State)> _steps =
        Channel.CreateUnbounded<(SendOrPostCallback, object?)>(new UnboundedChannelOptions { SingleReader = true });

    private readonly Action<Exception> _failed;

    /// <param name="failed">A step threw, which is a mistake of ours. Told so that trading stops; the queue goes on.</param>
    public SerialLane(Action<Exception> failed)
    {
        _failed = failed;
    }

    /// <summary>Never blocks, and may be called from any thread. After <see cref="Close"/> it does nothing.</summary>
    public override void Post(SendOrPostCallback d, object? state) => _steps.Writer.TryWrite((d, state));

    public void Post(Action step) => Post(static state => ((Action)state!)(), step);

    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("waiting for the queue from another thread can wait for ever");

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Runs steps until closed, on threads of the pool, one at a time.</summary>
    public async Task Run()
    {
        while (await _steps.Reader.WaitToReadAsync().ConfigureAwait(false)) RunUntilIdle();
    }

    /// <summary>Runs what there is, on this thread. For the consumer alone.</summary>
    /// <returns>how many steps there were</returns>
    public int RunUntilIdle()
    {
        var count = 0;
        for (; _steps.Reader.TryRead(out var next); count += 1) RunStep(next.Step, next.State);
        return count;
    }

    /// <summary>No further steps; those that are there are still run.</summary>
    public void Close() => _steps.Writer.TryComplete();

    private void RunStep(SendOrPostCallback step, object? state)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            step(state);
        }
        // A step may be anything, and one that fails must not end the others: protective orders are looked after here.
        catch (Exception error)
        {
            _failed(error);
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }
}

/// <summary>Work of which one of a kind is enough at a time. Belongs to the queue.</summary>
internal sealed class InFlight
{
    private readonly Dictionary<string, Task> _running = [];

    /// <summary>What is under way for that key, begun now if nothing is.</summary>
    public Task Run(string key, Func<Task> begin)
    {
        if (_running.TryGetValue(key, out var running)) return running;
        var begun = Follow(key, begin);
        // What ended at once was never under way.
        if (!begun.IsCompleted) _running[key] = begun;
        return begun;
    }

    private async Task Follow(string key, Func<Task> begin)
    {
        try
        {
            await begin();
        }
        finally
        {
            _running.Remove(key);
        }
    }
}
