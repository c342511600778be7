using System.Linq;
using ATAS.DataFeedsCore;
using Xunit;

namespace Tapewire.Platform.Tests;

/// <summary>What the platform itself does about orders that belong together, and what is lost with it.</summary>
public class LinkedExitsTests
{
    [Fact]
    public void The_platform_cancels_the_sibling_where_the_exchange_does_not_but_later()
    {
        using var world = new World(new ExchangeSettings { ServerOcoShare = 0 }, new ConnectorSettings { LocalOcoDelayMs = 300, AutoCancel = false });
        var strategy = WithExits(world);
        world.Market(3_510.5m, 3_511m);
        world.Time.Advance(400);
        Assert.Single(world.Exchange.WorkingOrders("DEMO-1"));
        world.Time.Advance(200);
        Assert.Empty(world.Exchange.WorkingOrders("DEMO-1"));
        Assert.Equal(0m, strategy.CurrentPosition);
        // The platform's own cancel is heard of as a change of the order, like any other.
        Assert.Equal("Canceled 0", strategy.Of("OnOrderChanged").Last().Message);
        Assert.Empty(strategy.Of("OnOrderCancelFailed"));
    }

    [Fact]
    public void A_link_that_only_the_platform_knew_is_lost_with_it()
    {
        using var world = new World(new ExchangeSettings { ServerOcoShare = 0 });
        WithExits(world);
        world.KillAndRestart();
        world.OnChart();
        world.Market(3_510.5m, 3_511m);
        world.Time.Advance(2_000);
        var orphan = Assert.Single(world.Exchange.WorkingOrders("DEMO-1"));
        Assert.Equal((ExchangeOrderType.Stop, null), (orphan.Type, orphan.OcoGroup));
    }

    [Fact]
    public void A_link_of_the_exchange_is_not()
    {
        using var world = new World();
        WithExits(world);
        world.KillAndRestart();
        world.Market(3_510.5m, 3_511m);
        Assert.Empty(world.Exchange.WorkingOrders("DEMO-1"));
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 2)]
    public void Orders_marked_so_are_cancelled_when_the_position_is_closed(bool autoCancel, int left)
    {
        using var world = new World(new ExchangeSettings { ServerOcoShare = 0 }, new ConnectorSettings { AutoCancel = autoCancel, LocalOco = false });
        var strategy = WithExits(world);
        world.Await(strategy.OpenOrderAsync(strategy.Make(OrderDirections.Sell, OrderTypes.Market, 1m)));
        world.Time.Advance(1_000);
        Assert.Equal(left, world.Exchange.WorkingOrders("DEMO-1").Count);
    }

    /// <summary>Long 1 with a stop at 3490 and a target at 3510, linked and marked for cancelling.</summary>
    private static RecordingStrategy WithExits(World world)
    {
        var strategy = world.Started();
        world.Await(strategy.OpenOrderAsync(strategy.Make(OrderDirections.Buy, OrderTypes.Market, 1m)));
        world.Time.Advance(200);
        foreach (var (type, price) in new[] { (OrderTypes.Stop, 3_490m), (OrderTypes.Limit, 3_510m) })
        {
            var exit = strategy.Make(OrderDirections.Sell, type, 1m, price);
            (exit.OCOGroup, exit.AutoCancel) = ("group", true);
            world.Await(strategy.OpenOrderAsync(exit));
        }
        world.Time.Advance(200);
        Assert.Equal(2, world.Exchange.WorkingOrders("DEMO-1").Count);
        return strategy;
    }
}
