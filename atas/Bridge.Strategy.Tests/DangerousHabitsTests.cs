using System;
using System.ComponentModel.DataAnnotations;
using System.Linq;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using ATAS.Strategies.Chart;
using Tapewire.Bridge.Pilot;
using Tapewire.Platform;
using Xunit;

namespace Tapewire.Bridge.Strategy.Tests;

/// <summary>What the guide's sample does and must not be done, one test each: the strategy does not have the habit.</summary>
public sealed class DangerousHabitsTests
{
    [Fact]
    public async Task A_signal_becomes_one_protected_position_and_the_server_hears_of_every_step()
    {
        await using var desk = new Desk();
        await desk.Trading();
        // Near enough to be seen on the chart.
        desk.Api.Issue("a", 3_500.10m, signal => (signal["stop_loss"], signal["tp1"], signal["tp2"], signal["take_profit"]) = (3_498m, 3_503m, 3_504m, 3_504m));
        await desk.Until(() => desk.Working.Count() == 2, "stop and target rest");
        Assert.True(desk.Position > 0);
        // Linked exits, after the fill, for what was filled.
        Assert.All(desk.Working, order => Assert.Equal(desk.Position, order.Quantity));
        await desk.UntilLine(BridgeReasons.InPosition.Sentence);
        Assert.Equal(3, desk.Chart.Drawn.LineYs.Count);

        // The target is reached: its sibling goes, and nothing is left behind.
        desk.Market(3_504.20m);
        await desk.Until(() => desk.Position == 0 && !desk.Working.Any(), "flat, and nothing rests");
        await desk.Until(() => desk.Api.ReportTypesOf("a").Any(told => told.EndsWith("CLOSED", StringComparison.Ordinal)), "the close is reported");
        var told = desk.Api.ReportTypesOf("a");
        Assert.Contains("ENTRY FILLED", told);
        Assert.Contains("STOP SUBMITTED", told);
        Assert.Contains("TP2 FILLED", told);
        Assert.Empty(desk.Platform.Recorder.Faults);
    }

    [Fact]
    public async Task Another_signal_of_the_kind_is_no_second_entry_and_an_old_one_is_not_traded_after_a_restart()
    {
        await using var desk = new Desk();
        await desk.Trading();
        desk.Api.Issue("a", 3_500.10m);
        await desk.Until(() => desk.Working.Count() == 2, "in a position");
        var entered = desk.Position;
        foreach (var id in new[] { "b", "a", "b", "a" }) desk.Api.Issue(id, 3_500.10m);
        desk.KillAndRestart();
        var strategy = await desk.Open();
        Assert.Equal(ATAS.Strategies.StrategyStates.Stopped, strategy.State);
        await desk.UntilLine(BridgeReasons.Stopped.Sentence);
        await strategy.StartAsync();
        await desk.UntilLine(BridgeReasons.InPosition.Sentence);
        await desk.Until(() => desk.Platform.Recorder.Logs.Any(line => line.Message.StartsWith("StreamOpened", StringComparison.Ordinal)), "it listens again");
        desk.Api.Issue("c", 3_500.10m, signal => signal["symbol"] = "BTCUSDT");
        // A later signal whose refusal is in the log: everything before it was dealt with.
        desk.Api.Issue("d", 3_500.10m);
        await desk.Until(() => desk.Platform.Recorder.Logs.Any(line => line.Message.Contains("[d]", StringComparison.Ordinal)), "d was left");
        Assert.Equal(entered, desk.Position);
        Assert.Equal(["POST /api/v1/signals/a/claim"], desk.Api.Requests.Where(request => request.EndsWith("claim", StringComparison.Ordinal)).Distinct());
    }

    [Fact]
    public async Task History_and_ticks_cause_no_request_and_a_mute_server_holds_no_thread_of_the_platform()
    {
        await using var desk = new Desk();
        desk.Api.IsMute = true;
        var strategy = await desk.Open(bars: 3_000);
        Assert.Empty(desk.Api.Requests);
        await strategy.StartAsync();
        for (var ticks = 0; ticks < 2_000; ticks += 1) desk.Market(3_500 + ticks % 7);
        await desk.Chart.PaintAsync();
        await strategy.StopAsync();
        await strategy.StartAsync();
        await strategy.StopAsync();
        Assert.True(desk.Api.Requests.Count < 20, $"{desk.Api.Requests.Count} requests");
        Assert.Empty(desk.Platform.Recorder.Hangs);
        Assert.Empty(desk.Platform.Recorder.Faults);
    }

    [Fact]
    public async Task The_quantity_is_on_the_instruments_steps_and_no_more_than_the_risk()
    {
        await using var desk = new Desk();
        await desk.Trading(("SizingMode", "RiskPercent"), ("SizeValue", "0.5"));
        desk.Api.Issue("a", 3_500.10m);
        await desk.Until(() => desk.Position > 0, "in a position");
        Assert.Equal(0, desk.Position % 0.001m);
        // Half a percent of 10,000 over a stop 17.6 away, costs included.
        Assert.InRange(desk.Position, 1m, 50m / 17.5m);
    }

    [Fact]
    public async Task Errors_are_seen()
    {
        await using var desk = new Desk();
        var strategy = await desk.Open(10, ("KeyFilePath", desk.KeyPath + ".missing"));
        await strategy.StartAsync();
        await desk.UntilLine(BridgeReasons.NoKey.Sentence);
        Assert.Contains(desk.Platform.Recorder.Logs, line => line.Message.Contains(BridgeReasons.NoKey.Sentence, StringComparison.Ordinal));
    }

    [Fact]
    public void Alerts_only_and_no_real_account_unless_somebody_says_so_and_every_setting_is_one_that_ATAS_shows()
    {
        var strategy = new TapewireStrategy();
        Assert.Equal((TradeMode.AlertsOnly, false, false), (strategy.Mode, strategy.TradeRealAccount, strategy.TradeWithoutExpectancy));
        var settings = typeof(TapewireStrategy).GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly);
        Assert.NotEmpty(settings);
        Assert.All(settings, setting => Assert.NotNull(setting.GetCustomAttribute<DisplayAttribute>()?.GroupName));
        string[] needed = ["ServerUrl", "KeyFilePath", "SymbolMapText", "Timeframes", "StrengthMin", "SizingMode", "LeverageMax", "Mode"];
        Assert.Empty(needed.Except(settings.Select(setting => setting.Name)));
    }

    [Fact]
    public async Task A_real_account_is_not_traded_without_a_second_yes()
    {
        await using var desk = new Desk(new ConnectorSettings { IsRealAccount = true });
        await desk.Trading();
        await desk.UntilLine(BridgeReasons.RealAccount.Sentence);
        desk.Api.Issue("a", 3_500.10m);
        await desk.Until(() => desk.Platform.Recorder.Logs.Any(line => line.Message == "Declined: real_account [a]"), "it was left");
        Assert.Equal(0, desk.Position);
    }

    [Fact]
    public async Task A_manual_order_is_nobodys_business_here()
    {
        await using var desk = new Desk();
        var strategy = await desk.Trading();
        await strategy.OpenOrderAsync(new ATAS.DataFeedsCore.Order
        {
            Security = strategy.Security!, Portfolio = strategy.Portfolio!, Direction = ATAS.DataFeedsCore.OrderDirections.Sell, Type = ATAS.DataFeedsCore.OrderTypes.Limit, Price = 3_600, QuantityToFill = 1,
        });
        desk.Api.Issue("a", 3_500.10m);
        await desk.Until(() => desk.Working.Count() == 3, "stop, target and the manual order rest");
        desk.Market(3_542.20m);
        await desk.Until(() => desk.Position == 0 && desk.Working.Count() == 1, "only the manual order rests");
    }

    [Fact]
    public async Task Braces_in_a_text_of_the_server_are_no_format()
    {
        await using var desk = new Desk();
        await desk.Trading();
        desk.Api.Say("signal.issued", new JsonObject { ["signal"] = new JsonObject { ["id"] = "{0} {1}" } });
        await desk.Until(() => desk.Platform.Recorder.Logs.Any(line => line.Message.StartsWith("UnreadableEvent", StringComparison.Ordinal)), "it is in the log");
        Assert.Empty(desk.Platform.Recorder.Faults);
    }

    [Fact]
    public void A_tick_allocates_nothing()
    {
        var strategy = new TapewireStrategy();
        var onCalculate = typeof(TapewireStrategy).GetMethod("OnCalculate", BindingFlags.Instance | BindingFlags.NonPublic)!.CreateDelegate<Action<int, decimal>>(strategy);
        for (var warming = 0; warming < 1_000; warming += 1) onCalculate(warming, 3_500m);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var bar = 0; bar < 10_000; bar += 1) onCalculate(bar, 3_500m);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task Stopped_it_withdraws_its_entry_keeps_its_stop_and_starts_again_on_the_same_memory()
    {
        await using var desk = new Desk();
        var strategy = await desk.Trading();
        desk.Api.Issue("a", 3_500.10m);
        await desk.Until(() => desk.Working.Count() == 2, "in a position");
        await strategy.StopAsync();
        await desk.UntilLine(BridgeReasons.Stopped.Sentence);
        await desk.Until(() => desk.Api.Requests.Any(request => request.StartsWith("DELETE", StringComparison.Ordinal)), "the account was given back");
        Assert.Equal(2, desk.Working.Count());
        await strategy.StartAsync();
        await desk.UntilLine(BridgeReasons.InPosition.Sentence);
        Assert.Equal(2, desk.Working.Count());
        Assert.Empty(desk.Platform.Recorder.Hangs);
    }
}
