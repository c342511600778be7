using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Tapewire.Bridge.Server;
using Xunit;

namespace Tapewire.Bridge.Tests.Server;

public sealed class SerialLaneTests
{
    [Fact]
    public async Task What_is_posted_from_many_threads_never_runs_at_the_same_time_nor_does_what_follows_an_await()
    {
        var lane = new SerialLane(_ => { });
        var running = lane.Run();
        var (inside, overlaps, done) = (0, 0, 0);
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Alone()
        {
            if (Interlocked.Increment(ref inside) != 1) overlaps += 1;
            Thread.SpinWait(200);
            Interlocked.Decrement(ref inside);
        }
        async void Work()
        {
            Alone();
            await Task.Run(() => { });
            Alone();
            // Not interlocked: that it comes out right is the point.
            done += 1;
            if (done == 800) all.SetResult();
        }
        await Task.WhenAll(EachOf(8, () => Task.Run(() =>
        {
            for (var times = 0; times < 100; times += 1) lane.Post(Work);
        })));
        await all.Task;
        lane.Close();
        await running;
        Assert.Equal((800, 0), (done, overlaps));
    }

    [Fact]
    public async Task A_step_that_throws_is_told_and_ends_nothing()
    {
        var told = new List<string>();
        var lane = new SerialLane(error => told.Add(error.Message));
        var isRun = false;
        lane.Post(() => throw new InvalidOperationException("mine"));
        lane.Post(() => isRun = true);
        lane.Close();
        lane.Post(() => told.Add("after the end"));
        await lane.Run();
        Assert.True(isRun);
        Assert.Equal(["mine"], told);
    }

    [Fact]
    public void Nobody_waits_for_the_lane() => Assert.Throws<NotSupportedException>(() => new SerialLane(_ => { }).Send(_ => { }, null));

    private static IEnumerable<Task> EachOf(int count, Func<Task> begin)
    {
        for (var index = 0; index < count; index += 1) yield return begin();
    }
}
