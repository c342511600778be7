using System;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Tapewire.Bridge.Pilot;
using Tapewire.Bridge.Server;
using Tapewire.Bridge.Tests.Server;
using Tapewire.Bridge.Trading;
using Tapewire.Bridge.Wire;
using Xunit;

namespace Tapewire.Bridge.Tests.Pilot;

public sealed class BridgeActorTests
{
    [Fact]
    public void A_signal_becomes_one_bracket_and_every_fill_is_reported()
    {
        var world = new BridgeWorld();
        var process = world.Start();
        Assert.Equal(BridgeReasons.Ready.Sentence, process.Status!.Why);
        world.Issue("a");
        world.Pass(60_000);
        Assert.Single(world.Entries);
        Assert.Equal(0, world.Venue.Ours);
        var told = world.ReportsOf("a").Select(report => (report.Leg, report.Type)).ToList();
        Assert.Equal(Leg.Entry, told[0].Leg);
        Assert.Contains((Leg.Entry, ReportType.Filled), told);
        Assert.Single(told, report => report.Type == ReportType.Closed);
        Assert.Contains("received_to_claim_ms", world.ReportsOf("a")[0].Latency!.Keys);
        Assert.Contains("claim_to_submit_ms", world.ReportsOf("a")[0].Latency!.Keys);
        Assert.DoesNotContain(world.Venue.Orders, order => order.State == BrokerOrderState.Working);
    }

    [Fact]
    public void Alerts_only_is_the_default_and_takes_no_account_and_sends_no_order()
    {
        var world = new BridgeWorld();
        var process = world.Start(settings => new BridgeSettings { Consumer = "test", Gate = settings.Gate });
        world.Issue("a");
        world.Issue("a");
        world.Pass(1_000);
        Assert.Empty(world.Venue.Orders);
        Assert.DoesNotContain(world.Server.Requests, call => call.Method != "GET");
        Assert.Single(process.Alerts);
        Assert.StartsWith(BridgeReasons.AlertsOnly.Sentence, process.Status!.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    [InlineData(null, 0)]
    public void Confirm_trades_what_a_person_confirms_in_time_and_nothing_else(bool? answer, int orders)
    {
        var world = new BridgeWorld();
        var process = world.Start(settings => settings with { Mode = TradeMode.Confirm });
        world.Issue("a", FarExits);
        world.Pass(1_000);
        Assert.StartsWith(BridgeReasons.AwaitsConfirmation.Sentence, process.Status!.Why, StringComparison.Ordinal);
        Assert.Empty(world.Venue.Orders);
        if (answer == true) process.Actor.Confirm();
        if (answer == false) process.Actor.Reject();
        world.Pass(16_000);
        Assert.Equal(orders, world.Entries.Count());
        if (orders == 0) Assert.Contains(BridgeReasons.NotConfirmed.Sentence, process.Status!.Why, StringComparison.Ordinal);
        process.Actor.Confirm();
        world.Pass(1_000);
        Assert.Equal(orders, world.Entries.Count());
    }

    [Theory]
    [InlineData(true, false, 0)]
    [InlineData(true, true, 1)]
    [InlineData(false, false, 1)]
    public void A_real_account_needs_a_second_explicit_yes(bool isReal, bool isAllowed, int orders)
    {
        var world = new BridgeWorld { IsRealAccount = isReal };
        var process = world.Start(settings => settings with { TradesRealAccount = isAllowed });
        world.Issue("a");
        world.Pass(1_000);
        Assert.Equal(orders, world.Entries.Count());
        if (orders == 0) Assert.Contains(BridgeReasons.RealAccount.Sentence, process.Status!.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "no_expectancy")]
    [InlineData(-0.5, "low_expectancy")]
    [InlineData(0.0, "low_expectancy")]
    [InlineData(0.5, null)]
    public void Auto_asks_for_an_expectancy_above_zero_unless_told_otherwise(double? evLcbBp, string? refusal)
    {
        var world = new BridgeWorld();
        var process = world.Start(settings => settings with { Gate = settings.Gate with { RequiresExpectancy = true } });
        world.Issue("a", signal =>
        {
            if (evLcbBp is not null) signal["metadata"] = new JsonObject { ["ev_lcb_bp"] = evLcbBp };
        });
        world.Pass(1_000);
        Assert.Equal(refusal is null ? 1 : 0, world.Entries.Count());
        if (refusal is not null) Assert.Contains(process.Lines, line => line.Contains(refusal, StringComparison.Ordinal));
    }

    [Fact]
    public void Without_a_quote_at_the_last_look_nothing_leaves_and_the_server_hears_why()
    {
        var world = new BridgeWorld();
        world.Start();
        world.Disk.Script = record =>
        {
            if (record is LedgerRecord.Submitting) world.HasQuote = false;
            return Task.CompletedTask;
        };
        world.Issue("a");
        world.Pass(1_000);
        Assert.Empty(world.Venue.Orders);
        Assert.Equal((ReportType.Nack, "no_quote"), (Assert.Single(world.ReportsOf("a")).Type, world.ReportsOf("a")[0].Reason));
    }

    [Fact]
    public void Killed_in_a_position_its_successor_protects_it_and_reports_what_happened()
    {
        var world = new BridgeWorld();
        var first = world.Start();
        world.Issue("a", FarExits);
        world.Pass(3_000);
        Assert.Equal(10, world.Venue.Ours);
        first.Kill();
        foreach (var order in world.Venue.Orders.Where(order => order is { Request.Leg: Leg.Stop, State: BrokerOrderState.Working }).ToList()) world.Venue.CancelByHand(order);
        world.Pass(500);
        var second = world.Start();
        world.Pass(3_000);
        Assert.Single(world.Venue.Orders, order => order is { Request.Leg: Leg.Stop, State: BrokerOrderState.Working });
        Assert.Single(world.Entries);
        Assert.NotNull(second.Status!.Bracket);
        world.Issue("c", signal => (signal["intent"], signal["closes"], signal["direction"], signal["expires_in_ms"]) = ("CLOSE", "a", "SELL", null));
        world.Pass(5_000);
        Assert.Equal(0, world.Venue.Ours);
        Assert.Equal(ReportType.Filled, world.ReportsOf("c")[^1].Type);
        Assert.Contains(world.ReportsOf("a"), report => report is { Type: ReportType.Closed, Reason: "close signal" });
        Assert.Null(second.Status.Bracket);
    }

    [Fact]
    public void A_close_of_what_is_not_open_is_answered_and_sends_nothing()
    {
        var world = new BridgeWorld();
        world.Start();
        world.Issue("c", signal => (signal["intent"], signal["closes"], signal["direction"], signal["expires_in_ms"]) = ("CLOSE", "x", "SELL", null));
        world.Pass(1_000);
        Assert.Empty(world.Venue.Orders);
        Assert.Equal(ReportType.Nack, Assert.Single(world.ReportsOf("c")).Type);
    }

    [Fact]
    public void An_amended_signal_moves_the_stop_of_its_position()
    {
        var world = new BridgeWorld();
        world.Start();
        world.Issue("a", FarExits);
        world.Pass(3_000);
        var signal = world.Server.Signals["a"];
        signal["stop_loss"] = (decimal)signal["stop_loss"]! + 50;
        signal["version"] = 2;
        world.Time.Lane.Post(() => world.Server.Say("signal.amended", new JsonObject { ["signal"] = signal.DeepClone() }));
        world.Pass(2_000);
        var stop = Assert.Single(world.Venue.Orders, order => order is { Request.Leg: Leg.Stop, State: BrokerOrderState.Working });
        Assert.Equal((decimal)signal["stop_loss"]!, stop.Price);
    }

    [Fact]
    public void The_orders_of_an_executor_with_another_disk_are_found_and_told_leg_by_leg()
    {
        var world = new BridgeWorld();
        world.Start().Kill();
        world.Disk.Replace([]);
        var (entry, exit) = (ScriptedServer.OrderIdOf("x"), $"{ScriptedServer.OrderIdOf("x")}-S.2");
        world.Venue.Place(new OrderRequest { Comment = entry, Leg = Leg.Entry, Side = Side.Buy, Kind = OrderKind.Market, Quantity = 4 });
        world.Pass(1_000);
        world.Venue.Place(new OrderRequest { Comment = exit, Leg = Leg.Stop, Side = Side.Sell, Kind = OrderKind.Stop, Quantity = 4, TriggerPrice = 1, ReduceOnly = true });
        world.Pass(1_000);
        world.Server.InDoubt = [world.Server.DeliveryOf("x", "CLAIMED")];
        var process = world.Start();
        world.Pass(1_000);
        Assert.Equal(
            [(Leg.Entry, ReportType.Filled), (Leg.Stop, ReportType.Submitted)],
            world.ReportsOf("x").Select(report => (report.Leg, report.Type)));
        Assert.Contains(process.Alerts, alert => alert.Contains(exit, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_name_of_the_one_table_stands_for_one_sentence()
    {
        var named = typeof(NotDone).GetFields().Select(field => (string)field.GetRawConstantValue()!);
        Assert.All(named, name => Assert.Contains(name, BridgeReasons.All.Keys));
        Assert.All(Reasons.All.Keys, name => Assert.Contains(name, BridgeReasons.All.Keys));
        Assert.All(BridgeReasons.All.Values, reason => Assert.EndsWith(".", reason.Sentence, StringComparison.Ordinal));
        Assert.Equal(BridgeReasons.Halted.Sentence, BridgeReasons.Sentence("halted"));
        Assert.Equal("insufficient margin", BridgeReasons.Sentence("insufficient margin"));
    }

    [Theory]
    [InlineData("held", "account_held")]
    [InlineData("dead", "disconnected")]
    [InlineData("halted", "halted")]
    [InlineData("stopped", "stopped")]
    [InlineData("memory", "memory_unusable")]
    [InlineData("broken", "broken")]
    [InlineData("silent", "lease_lapsed")]
    [InlineData("position", "in_position")]
    public void One_line_says_at_any_moment_why_it_does_not_trade(string what, string name)
    {
        var world = new BridgeWorld();
        if (what == "held")
            world.Server.On("/sessions", Fate.Refusal(409, "ACCOUNT_HELD", new JsonObject { ["holder"] = new JsonObject { ["consumer"] = "desk-2" }, ["remaining_ms"] = 3_000 }));
        if (what == "dead") world.Server.Script = _ => Task.FromResult<Fate?>(Fate.IsUnheard);
        if (what == "halted") world.Server.Halted = true;
        var process = world.Start();
        if (what == "broken") world.Disk.Script = _ => throw new InvalidOperationException("a mistake");
        if (what is "position" or "broken") world.Issue("a");
        if (what == "silent") world.Server.On("/heartbeat", Fate.IsUnheard);
        if (what == "stopped") process.Actor.Stop(1_000);
        if (what == "memory")
        {
            process.Kill();
            world.IsMemoryDamaged = true;
            process = world.Start();
        }
        world.Pass(what == "silent" ? 16_000 : 1_000);
        Assert.StartsWith(BridgeReasons.All[name].Sentence, process.Status!.Why, StringComparison.Ordinal);
    }

    /// <summary>Not reached while a test looks.</summary>
    private static void FarExits(JsonObject signal)
    {
        var entry = (decimal)signal["entry_price"]!;
        (signal["take_profit"], signal["tp2"], signal["stop_loss"]) = (entry + 500, entry + 500, entry - 400);
    }

    [Fact]
    public void Stopped_it_takes_its_entry_off_keeps_its_stop_and_gives_the_account_back_within_its_bound()
    {
        var world = new BridgeWorld();
        var process = world.Start(settings => settings with { Plan = settings.Plan with { EntersByLimit = true }, Gate = settings.Gate with { MaxSlippageBps = 0 } });
        // Never reached.
        world.Issue("a", signal => (signal["entry_price"], signal["stop_loss"]) = (world.Venue.Price - 0, world.Venue.Price - 100));
        world.Pass(200);
        var stopped = process.Actor.Stop(4_000);
        world.Pass(4_000);
        Assert.True(stopped.IsCompletedSuccessfully);
        Assert.DoesNotContain(world.Entries, order => order.State == BrokerOrderState.Working);
        Assert.Contains(world.Server.Requests, call => call.Method == "DELETE");
        Assert.True(process.Actor.Stop(1_000).IsCompletedSuccessfully, "a second stop is no other");
    }
}
