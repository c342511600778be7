using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Tapewire.Bridge.Server;
using Tapewire.Bridge.Wire;
using Xunit;

namespace Tapewire.Bridge.Tests.Server;

public sealed class HostileTests
{
    private const int Seeds = 150;

    [Fact]
    public void At_most_one_order_per_signal_none_after_its_time_and_each_grant_is_accounted_for_whatever_is_lost_late_or_killed()
    {
        for (var seed = 1; seed <= Seeds; seed += 1) Live(seed);
    }

    private static void Live(int seed)
    {
        var chance = new Random(seed);
        var world = new World();
        var (server, time, venue) = (world.Server, world.Time, world.Venue);
        server.ExecuteWithinMs = 400;
        var isHostile = true;
        int Draw() => isHostile ? chance.Next(100) : 0;
        server.Script = async call =>
        {
            var number = Draw();
            if (number > 55) await time.Sleep((number - 55) * 20);
            if (call.Path.EndsWith("/sessions", StringComparison.Ordinal)) server.InDoubt = OpenDeliveries(server);
            return number switch
            {
                40 => Fate.Refusal(503, "JOURNAL_FAILED"),
                > 40 and <= 48 => Fate.IsUnheard,
                > 48 and <= 55 => Fate.AnswerIsLost,
                _ => null,
            };
        };
        server.WayBack = () => Later(Math.Max(Draw() - 60, 0) * 20);
        world.Disk.Script = _ => Later(Math.Max(Draw() - 50, 0) * 10);
        venue.Script = async _ =>
        {
            var number = Draw();
            if (number > 60) await time.Sleep(number);
            if (number > 85) throw new TimeoutException("timed out");
        };
        var late = new List<string>();
        venue.Arrived = order =>
        {
            if (time.MonotonicMs >= server.Grants[order.Signal.Id].SentMs + server.ExecuteWithinMs) late.Add(order.Signal.Id);
        };
        var waiting = new Queue<string>(["a", "b", "c", "d", "e", "f"]);
        for (var lives = chance.Next(5); lives > 0; lives -= 1)
        {
            var process = world.Start(options => options with { Reopen = true });
            var lifeMs = chance.Next(1, 9_000);
            for (var livedMs = 0; livedMs < lifeMs; livedMs += 500)
            {
                if (waiting.TryDequeue(out var next)) world.Do(() => server.Issue(next));
                time.Pass(Math.Min(500, lifeMs - livedMs));
            }
            process.Kill();
        }
        isHostile = false;
        world.Start(options => options with { Reopen = true });
        foreach (var id in waiting) world.Do(() => server.Issue(id));
        time.Pass(60_000);

        var orders = venue.Submitted.Select(order => order.Signal.Id).ToList();
        Assert.True(orders.Count == orders.Distinct().Count(), $"seed {seed}: sent twice, {string.Join(" ", orders)}");
        Assert.True(late.Count == 0, $"seed {seed}: sent after its time, {string.Join(" ", late)}");
        foreach (var id in server.Grants.Keys)
        {
            var types = server.Reports.Where(report => report.Delivery == $"{id}.default").Select(report => report.Body.Type).ToList();
            Assert.True(types.Count > 0, $"seed {seed}: nobody knows what became of {id}");
            Assert.True(types.Contains(ReportType.Filled) == orders.Contains(id), $"seed {seed}, {id}: {string.Join(" ", types)} is not the truth");
        }

        Task Later(double ms) => ms > 0 ? time.Sleep(ms) : Task.CompletedTask;
    }

    private static List<System.Text.Json.Nodes.JsonObject> OpenDeliveries(ScriptedServer server)
    {
        var told = server.Reports.Select(report => report.Delivery).ToHashSet();
        return [.. server.Grants.Keys.Where(id => !told.Contains($"{id}.default")).Select(id => server.DeliveryOf(id, "CLAIMED"))];
    }
}
