using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using ATAS.DataFeedsCore;
using ATAS.Strategies;
using Xunit;

namespace Tapewire.Platform.Tests;

public class LifecycleTests
{
    [Fact]
    public void Settings_are_set_on_a_background_thread_before_there_is_a_chart()
    {
        using var world = new World();
        var strategy = world.OnChart(settings: new Dictionary<string, string> { ["Lots"] = "7", ["Note"] = "a" });
        Assert.Equal(7, strategy.Lots);
        Assert.Equal("background", strategy.SetterThread);
        Assert.False(strategy.HadChartInSetter);
        Assert.Throws<ArgumentException>(() => world.OnChart(settings: new Dictionary<string, string> { ["Nothing"] = "1" }));
    }

    [Fact]
    public void All_history_goes_through_OnCalculate_while_the_strategy_is_stopped()
    {
        using var world = new World();
        var could = new List<bool>();
        var strategy = world.OnChart(made => made.OnBar = (self, bar) => could.Add(self.Can(bar)));
        Assert.Equal(["OnInitialize", .. Enumerable.Repeat("OnCalculate", 10), "OnFinishRecalculate"], strategy.All.Select(heard => heard.What));
        Assert.All(strategy.Of("OnCalculate"), heard => Assert.Equal("data: ETHUSDT", heard.Thread));
        Assert.Equal(Enumerable.Range(0, 10).Select(bar => $"{bar} of 10 Stopped"), strategy.Of("OnCalculate").Select(heard => heard.Comment));
        Assert.DoesNotContain(true, could);
    }

    [Fact]
    public void Only_the_last_bar_of_a_started_strategy_can_be_processed()
    {
        using var world = new World();
        var could = new List<(int Bar, bool Can)>();
        var strategy = world.Started(made => made.OnBar = (self, bar) => could.Add((bar, self.Can(bar))));
        could.Clear();
        world.Market(3_500m, 3_500m);
        world.Market(3_500m, 3_500m);
        Assert.Equal([(10, true), (10, true)], could);
        Assert.False(strategy.Can(9));
        world.Await(strategy.StopAsync());
        Assert.False(strategy.Can(10));
    }

    [Fact]
    public void Starting_and_stopping_is_told_on_the_thread_of_the_windows()
    {
        using var world = new World();
        var strategy = world.Started();
        Assert.Equal(StrategyStates.Started, strategy.State);
        world.Await(strategy.StopAsync());
        world.Await(strategy.StopAsync());
        var told = strategy.All.Where(heard => heard.What is "OnStarted" or "OnStopping" or "OnStopped").ToArray();
        Assert.Equal(["OnStarted", "OnStopping", "OnStopped"], told.Select(heard => heard.What));
        Assert.All(told, heard => Assert.Equal("windows", heard.Thread));
    }

    [Fact]
    public void A_call_while_stopped_returns_without_a_word_and_sends_nothing()
    {
        using var world = new World();
        var strategy = world.OnChart();
        world.Await(strategy.OpenOrderAsync(strategy.Make(OrderDirections.Buy, OrderTypes.Market, 1m)));
        world.Time.Advance(1_000);
        Assert.Empty(world.Exchange.Lines);
        Assert.Empty(strategy.Orders);
    }

    [Fact]
    public void After_a_restart_it_is_stopped_and_only_the_trading_manager_knows_the_resting_order()
    {
        using var world = new World();
        var strategy = world.Started();
        world.Await(strategy.OpenOrderAsync(strategy.Make(OrderDirections.Buy, OrderTypes.Limit, 1m, 3_400m, "mine")));
        world.Time.Advance(200);
        world.KillAndRestart();
        var again = world.OnChart();
        Assert.Equal(StrategyStates.Stopped, again.State);
        Assert.Empty(again.Orders);
        var resting = Assert.Single(again.Trading.Orders);
        Assert.Equal(("mine", OrderStates.Active, 1m), (resting.Comment, resting.State, resting.Unfilled));
        Assert.Equal("8389765001", resting.Id);
        Assert.Empty(again.Trading.MyTrades);
    }

    [Fact]
    public void What_a_killed_platform_had_sent_arrives_and_is_filled_without_it()
    {
        using var world = new World();
        var strategy = world.Started();
        _ = strategy.OpenOrderAsync(strategy.Make(OrderDirections.Buy, OrderTypes.Market, 1m, comment: "mine"));
        world.KillAndRestart();
        Assert.Equal(1m, world.Exchange.PositionOf("DEMO-1", "ETHUSDT").Quantity);
        var again = world.OnChart();
        Assert.Equal((1m, 3_500.10m), (again.CurrentPosition, again.AveragePrice));
        Assert.Empty(again.Trading.Orders);
    }

    [Fact]
    public void Timers_run_in_market_time_and_stand_still_without_data()
    {
        using var world = new World();
        var ticks = 0;
        var strategy = world.Started();
        strategy.SubscribeToTimer(TimeSpan.FromSeconds(1), () => ticks++);
        world.Market(3_500m, 3_500m);
        world.Time.Advance(60_000);
        Assert.Equal(0, ticks);
        world.Market(3_500m, 3_500m);
        Assert.Equal(1, ticks);
        Assert.Equal(world.Time.Now, strategy.Market);
    }

    [Fact]
    public void A_handler_that_holds_a_thread_is_recorded_and_one_that_does_not_is_not()
    {
        using var world = new World();
        var strategy = world.Started(made => made.OnBar = (self, bar) =>
        {
            if (bar == 10) new ManualResetEventSlim().Wait(400);
        });
        Assert.Empty(world.Platform.Recorder.Hangs);
        world.Market(3_500m, 3_500m);
        var hang = Assert.Single(world.Platform.Recorder.Hangs);
        Assert.Equal(("data: ETHUSDT", "OnCalculate"), (hang.Lane, hang.Handler));
        Assert.True(hang.HeldMs > 390);
        Assert.NotEmpty(strategy.All);
    }

    [Fact]
    public void Waiting_for_oneself_in_the_thread_of_the_windows_never_ends_and_is_recorded()
    {
        using var world = new World();
        var strategy = world.Started();
        using var release = new CancellationTokenSource();
        strategy.InWindow(() => Blocked(release.Token).Wait(release.Token));
        SpinWait.SpinUntil(() => world.Platform.Recorder.Hangs.Count > 0, TimeSpan.FromSeconds(20));
        Assert.Equal("windows", Assert.Single(world.Platform.Recorder.Hangs).Lane);
        release.Cancel();

        static async Task Blocked(CancellationToken stop) => await Task.Delay(1, stop);
    }

    [Fact]
    public void What_a_handler_throws_is_recorded_and_the_chart_goes_on()
    {
        using var world = new World();
        var strategy = world.Started(made => made.OnBar = (_, bar) =>
        {
            if (bar == 10) throw new InvalidOperationException("mine");
        });
        world.Market(3_500m, 3_500m);
        world.Market(3_500m, 3_500m);
        Assert.Equal(2, world.Platform.Recorder.Faults.Count);
        Assert.Contains("mine", world.Platform.Recorder.Faults[0].Message, StringComparison.Ordinal);
        Assert.Equal(12, strategy.Of("OnCalculate").Count());
    }

    [Fact]
    public void A_log_text_is_a_format()
    {
        using var world = new World();
        var strategy = world.OnChart();
        strategy.Log("{0} of {1}", 1, 2);
        Assert.Equal("1 of 2", world.Platform.Recorder.Logs[^1].Message);
        Assert.Throws<FormatException>(() => strategy.Log("{\"json\":1}"));
        strategy.Alert("alert1", "hello");
        Assert.Equal(new AlertRecord("alert1", "hello"), Assert.Single(world.Platform.Recorder.Alerts));
    }

    [Fact]
    public void It_is_painted_on_the_thread_of_the_windows_only_when_it_asked_for_it()
    {
        using var world = new World();
        var silent = world.OnChart();
        world.Await(world.Platform.Charts[0].PaintAsync());
        Assert.Empty(world.Platform.Charts[0].Drawn.Texts);
        Assert.False(silent.EnableCustomDrawing);
        world.OnChart(strategy => strategy.Paints = true);
        world.Await(world.Platform.Charts[1].PaintAsync());
        var drawn = world.Platform.Charts[1].Drawn;
        Assert.Equal(["drawn on windows"], drawn.Texts);
        // A hundred ticks below the last price, which is in the middle of 900 pixels.
        Assert.Equal([550], drawn.LineYs);
    }

    [Fact]
    public void Instruments_are_named_as_ATAS_names_them()
    {
        using var world = new World();
        var security = world.OnChart().Security!;
        Assert.Equal(("ETHUSDT@BinanceFutures", "ETHUSDT", 0.01m), (security.SecurityId, security.Code, security.TickSize));
        Assert.Equal((0.01m, 0.001m, 0.001m), (security.TickCost, security.LotSize, security.LotMinSize));
        Assert.Equal(3_500.13m, world.Platform.Charts[0].Strategy is RecordingStrategy strategy ? strategy.Shrink(3_500.126m) : 0);
    }
}
