using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Tapewire.Bridge.Tests.Server;
using Tapewire.Bridge.Tests.Trading;
using Tapewire.Bridge.Trading;
using Tapewire.Bridge.Wire;
using Xunit;

namespace Tapewire.Bridge.Tests.Pilot;

public sealed class HostileBridgeTests
{
    private const int Seeds = 40;
    private static readonly string[] Signals = ["a", "b", "c", "d"];

    /// <summary>Answers lost, disk slow, broker rough, the strategy killed again and again: from the seed.</summary>
    [Fact]
    public void One_entry_per_signal_nothing_naked_or_left_behind_at_the_end_and_every_grant_accounted_for()
    {
        for (var seed = 1; seed <= Seeds; seed += 1) Live(seed);
    }

    private static void Live(int seed)
    {
        var chance = new Random(seed);
        var traits = new Traits
        {
            HasReduceOnly = chance.Next(2) == 0, CanModify = chance.Next(2) == 0, ListsFinished = true, ListsPending = true,
            CommentInTrades = chance.Next(2) == 0, Oco = (OcoKind)chance.Next(3), Slow = 5, Lost = 5, Repeated = 10, Refused = 10, Thrown = 10,
        };
        var world = new BridgeWorld(seed, traits);
        var (server, time) = (world.Server, world.Time);
        server.ExecuteWithinMs = 2_000;
        var isHostile = true;
        int Draw() => isHostile ? chance.Next(100) : 0;
        Task Later(double ms) => ms > 0 ? time.Sleep(ms) : Task.CompletedTask;
        server.Script = async call =>
        {
            var number = Draw();
            await Later((number - 60) * 20);
            if (call.Path.EndsWith("/sessions", StringComparison.Ordinal)) server.InDoubt = OpenDeliveries(server);
            return number switch { > 40 and <= 46 => Fate.IsUnheard, > 46 and <= 52 => Fate.AnswerIsLost, _ => null };
        };
        world.Disk.Script = _ => Later((Draw() - 60) * 10);
        var waiting = new Queue<string>(Signals);
        for (var lives = chance.Next(5); lives > 0; lives -= 1)
        {
            var process = world.Start();
            for (var seconds = chance.Next(1, 12); seconds > 0; seconds -= 1)
            {
                if (chance.Next(3) == 0 && waiting.TryDequeue(out var next)) world.Issue(next);
                world.Pass(1_000);
            }
            process.Kill();
            world.Pass(chance.Next(1, 30) * 100);
        }
        isHostile = false;
        world.Venue.IsCalm = true;
        world.Start();
        foreach (var id in waiting) world.Issue(id);
        world.Pass(240_000);

        var where = $"seed {seed}";
        foreach (var entries in world.Entries.GroupBy(order => order.Request.Comment)) Assert.True(entries.Count() == 1, $"{where}: {entries.Key} entered twice");
        // A target that is refused again and again is given up; then the stop stands alone, for exactly what is open.
        var working = world.Venue.Orders.Where(order => order.State == BrokerOrderState.Working).ToList();
        var stopped = working.Where(order => order.Request.Leg == Leg.Stop).Sum(order => order.Leaves);
        Assert.True(Math.Abs(world.Venue.Ours) == stopped, $"{where}: {world.Venue.Ours} is open, and {stopped} has a stop");
        Assert.True(world.Venue.Ours != 0 || working.Count == 0, $"{where}: an order is left behind");
        foreach (var id in server.Grants.Keys)
        {
            var types = world.ReportsOf(id).Where(report => report.Leg == Leg.Entry).Select(report => report.Type).ToList();
            var isEntered = world.Entries.Any(order => order.Request.Comment == ScriptedServer.OrderIdOf(id) && order.Filled > 0);
            var isDoubted = world.Process!.Status!.Why.StartsWith(Bridge.Pilot.BridgeReasons.InDoubt.Sentence, StringComparison.Ordinal);
            Assert.True(types.Count > 0 || isDoubted, $"{where}: nobody knows what became of {id}");
            Assert.True(!isEntered || types.Contains(ReportType.Filled) || types.Contains(ReportType.Partial), $"{where}, {id}: {string.Join(" ", types)}, and it was filled");
            Assert.True(isEntered || !types.Contains(ReportType.Filled), $"{where}, {id}: {string.Join(" ", types)}, and it was not");
        }
    }

    private static List<JsonObject> OpenDeliveries(ScriptedServer server)
    {
        var told = server.Reports.Select(report => report.Delivery).ToHashSet();
        return [.. server.Grants.Keys.Where(id => !told.Contains($"{id}.default")).Select(id => server.DeliveryOf(id, "CLAIMED"))];
    }
}
