using System;
using System.Collections.Generic;
using System.Linq;
using ATAS.DataFeedsCore;
using Xunit;

namespace Tapewire.Platform.Tests;

public class OrderTests
{
    private static readonly OrderDirections Buy = OrderDirections.Buy;

    [Fact]
    public void The_acknowledgement_comes_124_ms_after_the_call_returned_and_brings_the_id()
    {
        using var world = new World();
        var strategy = world.Started();
        var order = strategy.Make(Buy, OrderTypes.Limit, 1m, 3_400m, "mine");
        world.Await(strategy.OpenOrderAsync(order));
        Assert.Equal((null, OrderStates.None, 1m), (order.Id, order.State, order.Unfilled));
        Assert.Single(strategy.Of("OnNewOrder"));
        world.Time.Advance(123);
        Assert.Null(order.Id);
        Assert.Empty(strategy.Of("OnOrderChanged"));
        world.Time.Advance(1);
        Assert.Equal(("8389765001", OrderStates.Active), (order.Id, order.State));
        Assert.Equal(TimeSpan.FromMilliseconds(124), order.Latency);
        Assert.Same(order, Assert.Single(strategy.Of("OnOrderChanged")).Order);
        Assert.Equal("connection: orders", strategy.Of("OnOrderChanged").Single().Thread);
        Assert.Same(order, Assert.Single(strategy.Orders));
    }

    [Fact]
    public void A_market_order_trades_at_the_opposite_quote_and_its_trade_comes_on_another_thread()
    {
        using var world = new World();
        var strategy = world.Started();
        world.Await(strategy.OpenOrderAsync(strategy.Make(Buy, OrderTypes.Market, 1m, comment: "mine")));
        world.Time.Advance(200);
        var trade = Assert.Single(strategy.Of("OnNewMyTrade"));
        Assert.Equal("connection: trades", trade.Thread);
        Assert.Equal((3_500.10m, 1m, "mine"), (trade.Trade!.Price, trade.Trade.Volume, trade.Comment));
        Assert.Equal(1.75005m, trade.Trade.Commission);
        Assert.Equal(["Placed 0", "Filled 1"], strategy.Of("OnOrderChanged").Select(heard => heard.Message));
        Assert.Equal("1", Assert.Single(strategy.Of("OnPositionChanged")).Comment);
        Assert.Equal("9998.24995", strategy.Of("OnPortfolioChanged").Last().Comment);
        Assert.Single(strategy.MyTrades);
    }

    [Theory]
    [InlineData(0.0005, "multiple")]
    [InlineData(0, "above 0")]
    [InlineData(20_000, "maximum")]
    public void A_quantity_the_instrument_does_not_have_is_refused_with_an_exception(double quantity, string why)
    {
        using var world = new World();
        var strategy = world.Started();
        var order = strategy.Make(Buy, OrderTypes.Market, (decimal)quantity);
        var refusal = Assert.Throws<InvalidOperationException>(() => { _ = strategy.OpenOrderAsync(order); });
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
        world.Time.Advance(1_000);
        Assert.Empty(world.Exchange.Lines);
    }

    [Fact]
    public void A_call_can_be_refused_by_the_platform_itself()
    {
        using var world = new World(connector: new ConnectorSettings { RefuseShare = 1 });
        var strategy = world.Started();
        Assert.Throws<InvalidOperationException>(() => { _ = strategy.OpenOrderAsync(strategy.Make(Buy, OrderTypes.Market, 1m)); });
        world.Time.Advance(1_000);
        Assert.Empty(world.Exchange.Lines);
    }

    [Fact]
    public void A_timeout_is_no_rejection_the_order_arrives_all_the_same()
    {
        using var world = new World(new ExchangeSettings { RoundTripMs = 5_000 }, new ConnectorSettings { TimeoutShare = 1 });
        world.Time.Advance(10_000);
        var strategy = world.Started();
        var sent = strategy.OpenOrderAsync(strategy.Make(Buy, OrderTypes.Market, 1m, comment: "mine"));
        world.Time.Advance(1_000);
        Assert.IsType<TimeoutException>(Assert.Throws<AggregateException>(() => sent.Wait(10_000)).InnerException);
        Assert.Empty(world.Exchange.Lines);
        world.Time.Advance(10_000);
        Assert.Equal(1m, strategy.CurrentPosition);
        Assert.Single(strategy.Of("OnNewMyTrade"));
    }

    [Fact]
    public void A_rejected_order_is_told_as_such_and_leaves_nothing()
    {
        using var world = new World(new ExchangeSettings { RejectShare = 1 });
        var strategy = world.Started();
        var order = strategy.Make(Buy, OrderTypes.Market, 1m, comment: "mine");
        world.Await(strategy.OpenOrderAsync(order));
        world.Time.Advance(200);
        Assert.Equal("rejected by the broker", Assert.Single(strategy.Of("OnOrderRegisterFailed")).Message);
        Assert.Equal((OrderStates.Failed, null), (order.State, order.Id));
        Assert.Empty(strategy.Of("OnNewMyTrade"));
        Assert.Empty(world.Exchange.WorkingOrders("DEMO-1"));
    }

    [Fact]
    public void Where_the_call_waits_for_the_acknowledgement_it_throws_what_was_rejected()
    {
        var waits = new ConnectorSettings { CompletesOnAcknowledgement = true };
        using var world = new World(connector: waits);
        var strategy = world.Started();
        var sent = strategy.OpenOrderAsync(strategy.Make(Buy, OrderTypes.Limit, 1m, 3_400m));
        Assert.False(sent.IsCompleted);
        world.Time.Advance(124);
        world.Await(sent);
        world.Exchange.Settings = new ExchangeSettings { RejectShare = 1 };
        var rejected = strategy.OpenOrderAsync(strategy.Make(Buy, OrderTypes.Limit, 1m, 3_400m));
        world.Time.Advance(124);
        Assert.IsType<InvalidOperationException>(Assert.Throws<AggregateException>(() => rejected.Wait(10_000)).InnerException);
    }

    [Fact]
    public void An_order_can_be_filled_in_parts()
    {
        using var world = new World(new ExchangeSettings { PartialShare = 1 });
        var strategy = world.Started();
        world.Await(strategy.OpenOrderAsync(strategy.Make(Buy, OrderTypes.Market, 1m)));
        world.Time.Advance(2_000);
        var parts = strategy.Of("OnNewMyTrade").Select(heard => heard.Trade!.Volume).ToArray();
        Assert.InRange(parts.Length, 2, 4);
        Assert.Equal(1m, parts.Sum());
        Assert.Equal("PartlyFilled", strategy.Of("OnOrderChanged").ElementAt(1).Message!.Split(' ')[0]);
    }

    [Fact]
    public void An_order_filled_in_parts_can_lose_its_rest()
    {
        using var world = new World(new ExchangeSettings { PartialShare = 1, RestLostShare = 1 });
        var strategy = world.Started();
        var order = strategy.Make(Buy, OrderTypes.Market, 1m);
        world.Await(strategy.OpenOrderAsync(order));
        world.Time.Advance(2_000);
        Assert.True(order.Canceled);
        Assert.InRange(order.Filled(), 0.1m, 0.9m);
        Assert.Equal(order.Filled(), strategy.CurrentPosition);
    }

    [Fact]
    public void A_fill_can_win_the_race_against_its_cancel()
    {
        using var world = new World();
        var strategy = world.Started();
        var order = strategy.Make(Buy, OrderTypes.Limit, 1m, 3_499m, "mine");
        world.Await(strategy.OpenOrderAsync(order));
        world.Time.Advance(200);
        world.Await(strategy.CancelOrderAsync(order));
        world.Market(3_498m, 3_498m);
        world.Time.Advance(200);
        Assert.Equal("Unknown order sent.", Assert.Single(strategy.Of("OnOrderCancelFailed")).Message);
        Assert.Equal((OrderStates.Done, 1m), (order.State, order.Filled()));
    }

    [Fact]
    public void A_cancel_can_fail_and_works_when_tried_again()
    {
        using var world = new World(new ExchangeSettings { CancelRejectShare = 1 });
        var strategy = world.Started();
        var order = strategy.Make(Buy, OrderTypes.Limit, 1m, 3_499m);
        world.Await(strategy.OpenOrderAsync(order));
        world.Await(strategy.CancelOrderAsync(order));
        Assert.Equal("the order is not active", strategy.Of("OnOrderCancelFailed").Single().Message);
        world.Time.Advance(200);
        world.Await(strategy.CancelOrderAsync(order));
        world.Time.Advance(200);
        Assert.Equal("the broker did not take the cancel", strategy.Of("OnOrderCancelFailed").Last().Message);
        Assert.Equal(OrderStates.Active, order.State);
        world.Exchange.Settings = new ExchangeSettings();
        world.Await(strategy.CancelOrderAsync(order));
        world.Time.Advance(200);
        Assert.True(order.Canceled);
    }

    [Fact]
    public void A_change_keeps_the_id_and_can_fail()
    {
        using var world = new World();
        var strategy = world.Started();
        var order = strategy.Make(Buy, OrderTypes.Limit, 1m, 3_499m);
        world.Await(strategy.OpenOrderAsync(order));
        world.Time.Advance(200);
        var changed = order.Clone();
        (changed.Price, changed.QuantityToFill) = (3_498m, 2m);
        world.Await(strategy.ModifyOrderAsync(order, changed));
        world.Time.Advance(200);
        Assert.Equal((3_498m, 2m, "8389765001"), (order.Price, order.QuantityToFill, order.Id));
        world.Exchange.Settings = new ExchangeSettings { ModifyRejectShare = 1 };
        changed.Price = 3_497m;
        world.Await(strategy.ModifyOrderAsync(order, changed));
        world.Time.Advance(200);
        Assert.Equal("the broker did not take the change", Assert.Single(strategy.Of("OnOrderModifyFailed")).Message);
        Assert.Equal(3_498m, order.Price);
    }

    [Fact]
    public void A_strategy_also_hears_of_the_orders_a_person_sends()
    {
        using var world = new World();
        var strategy = world.Started();
        using var person = world.Exchange.Connect();
        person.Send(new Place { Account = "DEMO-1", Symbol = "ETHUSDT", Side = Side.Sell, Type = ExchangeOrderType.Market, Quantity = 2m });
        world.Time.Advance(200);
        Assert.Null(Assert.Single(strategy.Of("OnNewOrder")).Comment);
        Assert.Single(strategy.Of("OnNewMyTrade"));
        Assert.Equal(-2m, strategy.CurrentPosition);
        Assert.Empty(strategy.Orders);
        Assert.Empty(strategy.MyTrades);
        Assert.Single(strategy.Trading.Orders);
    }

    [Fact]
    public void What_is_not_published_of_ATAS_is_a_switch()
    {
        using var world = new World(connector: new ConnectorSettings
        {
            CommentInTrades = false,
            CopiesInEvents = true,
            AnnouncesBeforeAcknowledgement = false,
            OffersReduceOnly = false,
        });
        var strategy = world.Started();
        var order = strategy.Make(Buy, OrderTypes.Market, 1m, comment: "mine");
        world.Await(strategy.OpenOrderAsync(order));
        Assert.Empty(strategy.Of("OnNewOrder"));
        world.Time.Advance(200);
        Assert.NotSame(order, Assert.Single(strategy.Of("OnNewOrder")).Order);
        Assert.Equal("mine", strategy.Of("OnNewOrder").Single().Comment);
        Assert.Null(order.Id);
        Assert.Null(strategy.Of("OnNewMyTrade").Single().Comment);
        Assert.Equal(strategy.Of("OnNewOrder").Single().Order!.Id, strategy.Of("OnNewMyTrade").Single().Trade!.OrderId);
        Assert.Null(strategy.Trading.GetSecurityTradingOptions()!.CreateExtendedOptions(OrderTypes.Stop));
    }

    [Fact]
    public void The_chart_asks_before_it_sends_unless_told_not_to()
    {
        using var world = new World();
        var strategy = world.OnChart();
        var asked = strategy.Trading.OpenOrderAsync(strategy.Make(Buy, OrderTypes.Market, 1m), false);
        world.Time.Advance(1_000);
        Assert.False(asked.IsCompleted);
        Assert.Empty(world.Exchange.Lines);
        world.Await(strategy.Trading.OpenOrderAsync(strategy.Make(Buy, OrderTypes.Market, 1m), false, askConfirmation: false));
        world.Time.Advance(1_000);
        Assert.Equal(1m, strategy.CurrentPosition);
        world.Await(strategy.Trading.ClosePositionAsync(strategy.Trading.Position!, askConfirmation: false));
        world.Time.Advance(1_000);
        Assert.Equal(0m, strategy.CurrentPosition);
    }
}
