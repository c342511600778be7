using System;
using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace Tapewire.Platform.Tests;

/// <summary>The exchange alone, without a platform: what fills at which price, and what reduces.</summary>
public class ExchangeTests
{
    [Fact]
    public void A_limit_that_rests_needs_a_trade_beyond_it_and_is_filled_at_its_own_price()
    {
        var venue = new Venue();
        venue.Send(Side.Buy, ExchangeOrderType.Limit, 1m, price: 3_499m);
        venue.Exchange.Trade("ETHUSDT", 3_499m);
        Assert.Equal(0m, venue.Position);
        venue.Exchange.Trade("ETHUSDT", 3_498.99m);
        Assert.Equal((1m, 3_499m), (venue.Position, venue.Fills.Single().Price));
        Assert.Equal(3_499m * 0.0002m, venue.Fills.Single().Fee);
    }

    [Fact]
    public void A_trade_from_before_it_rested_does_not_fill_it()
    {
        var venue = new Venue();
        venue.Exchange.Trade("ETHUSDT", 3_490m);
        venue.Send(Side.Buy, ExchangeOrderType.Limit, 1m, price: 3_499m);
        venue.Exchange.Quote("ETHUSDT", 3_500m, 3_500.10m);
        Assert.Empty(venue.Fills);
    }

    [Fact]
    public void A_limit_beyond_the_quote_takes_it()
    {
        var venue = new Venue();
        venue.Send(Side.Buy, ExchangeOrderType.Limit, 1m, price: 3_510m);
        Assert.Equal(3_500.10m, venue.Fills.Single().Price);
    }

    [Theory]
    [InlineData(Side.Sell, 3_490, 3_480, 3_480)]
    [InlineData(Side.Buy, 3_510, 3_520, 3_520.10)]
    public void A_stop_that_the_market_jumped_over_trades_where_the_market_is(Side side, double trigger, double bid, double price)
    {
        var venue = new Venue();
        venue.Send(side, ExchangeOrderType.Stop, 1m, trigger: (decimal)trigger);
        Assert.Empty(venue.Fills);
        venue.Exchange.Quote("ETHUSDT", (decimal)bid, (decimal)bid + 0.10m);
        Assert.Equal((decimal)price, venue.Fills.Single().Price);
    }

    [Fact]
    public void A_stop_that_the_market_has_reached_already_is_rejected_or_trades_at_once()
    {
        var strict = new Venue();
        strict.Send(Side.Sell, ExchangeOrderType.Stop, 1m, trigger: 3_500m);
        Assert.Equal("Order would immediately trigger.", strict.Last.Reason);
        var lenient = new Venue(new ExchangeSettings { RefusesReachedStops = false });
        lenient.Send(Side.Sell, ExchangeOrderType.Stop, 1m, trigger: 3_500m);
        Assert.Equal(3_500m, lenient.Fills.Single().Price);
    }

    [Fact]
    public void Reduce_only_never_opens()
    {
        var venue = new Venue();
        venue.Send(Side.Sell, ExchangeOrderType.Market, 1m, reduceOnly: true);
        Assert.Equal("ReduceOnly Order is rejected", venue.Last.Reason);
        venue.Send(Side.Buy, ExchangeOrderType.Market, 1m);
        venue.Send(Side.Sell, ExchangeOrderType.Stop, 2m, trigger: 3_490m, reduceOnly: true);
        venue.Exchange.Quote("ETHUSDT", 3_480m, 3_480.10m);
        Assert.Equal((0m, 1m), (venue.Position, venue.Last.Filled));
        Assert.Equal("nothing left to reduce", venue.Last.Reason);
    }

    [Fact]
    public void Without_reduce_only_an_orphan_stop_opens_a_position()
    {
        var venue = new Venue(new ExchangeSettings { ReduceOnly = false });
        venue.Send(Side.Sell, ExchangeOrderType.Stop, 1m, trigger: 3_490m, reduceOnly: true);
        venue.Exchange.Quote("ETHUSDT", 3_480m, 3_480.10m);
        Assert.Equal(-1m, venue.Position);
    }

    [Fact]
    public void An_exchange_that_links_orders_cancels_the_sibling_in_the_same_moment()
    {
        var venue = new Venue();
        venue.Send(Side.Sell, ExchangeOrderType.Stop, 1m, trigger: 3_490m, oco: "g");
        venue.Send(Side.Sell, ExchangeOrderType.Limit, 1m, price: 3_510m, oco: "g");
        venue.Exchange.Quote("ETHUSDT", 3_489m, 3_489.10m);
        Assert.Empty(venue.Exchange.WorkingOrders("A"));
        Assert.Equal(-1m, venue.Position);
    }

    [Fact]
    public void An_exchange_that_does_not_leaves_it()
    {
        var venue = new Venue(new ExchangeSettings { ServerOcoShare = 0 });
        venue.Send(Side.Sell, ExchangeOrderType.Stop, 1m, trigger: 3_490m, oco: "g");
        venue.Send(Side.Sell, ExchangeOrderType.Limit, 1m, price: 3_510m, oco: "g");
        venue.Exchange.Quote("ETHUSDT", 3_489m, 3_489.10m);
        Assert.Equal(ExchangeOrderType.Limit, venue.Exchange.WorkingOrders("A").Single().Type);
    }

    [Fact]
    public void Positions_and_money_add_up()
    {
        var venue = new Venue(new ExchangeSettings { TakerFeeBps = 0 });
        venue.Send(Side.Buy, ExchangeOrderType.Market, 1m);
        venue.Exchange.Quote("ETHUSDT", 3_520m, 3_520.10m);
        venue.Send(Side.Buy, ExchangeOrderType.Market, 1m);
        Assert.Equal(3_510.10m, venue.Exchange.PositionOf("A", "ETHUSDT").AveragePrice);
        // Closes two and opens one the other way.
        venue.Send(Side.Sell, ExchangeOrderType.Market, 3m);
        var position = venue.Exchange.PositionOf("A", "ETHUSDT");
        Assert.Equal((-1m, 3_520m, 19.8m), (position.Quantity, position.AveragePrice, position.RealizedPnl));
        Assert.Equal(10_019.8m, venue.Told.OfType<BalanceChanged>().Last().Balance);
    }

    [Fact]
    public void Nothing_overtakes_on_one_connection_however_slow_some_of_it_is()
    {
        var venue = new Venue(new ExchangeSettings { SlowShare = 0.5, SlowMs = 3_000 });
        foreach (var number in Enumerable.Range(1, 20))
        {
            venue.Link.Send(new Place { Account = "A", Symbol = "ETHUSDT", Side = Side.Buy, Type = ExchangeOrderType.Limit, Price = 3_400m, Quantity = number, RequestId = number });
        }
        venue.Time.Advance(20_000);
        Assert.Equal(Enumerable.Range(1, 20).Select(number => (long)number), venue.Told.OfType<OrderChanged>().Select(told => told.RequestId));
    }

    [Fact]
    public void The_same_seed_gives_the_same_ledger()
    {
        Assert.Equal(Run(7), Run(7));
        Assert.NotEqual(Run(7), Run(8));

        static string Run(ulong seed)
        {
            var venue = new Venue(new ExchangeSettings { PartialShare = 0.5, RejectShare = 0.3, RestLostShare = 0.3, JitterMs = 50 }, seed);
            for (var number = 0; number < 30; number++) venue.Send(number % 2 == 0 ? Side.Buy : Side.Sell, ExchangeOrderType.Market, 1m);
            return string.Join('\n', venue.Exchange.Lines);
        }
    }

    private sealed class Venue
    {
        public Venue(ExchangeSettings? settings = null, ulong seed = 1)
        {
            Exchange = new SimulatedExchange(Time, [World.Eth], seed, settings);
            Exchange.Quote("ETHUSDT", 3_500m, 3_500.10m);
            Link = Exchange.Connect();
            Link.Received += Told.Add;
            Link.Send(new Login("A"));
            Time.Advance(10_000);
        }

        public VirtualTime Time { get; } = new();
        public SimulatedExchange Exchange { get; }
        public IExchangeLink Link { get; }
        public List<ExchangeEvent> Told { get; } = [];
        public decimal Position => Exchange.PositionOf("A", "ETHUSDT").Quantity;
        public FillView[] Fills => [.. Exchange.Lines.Select(line => line.Fill).OfType<FillView>()];
        public OrderView Last => Exchange.Lines.Last(line => line.Order is not null).Order!;

        public void Send(
            Side side, ExchangeOrderType type, decimal quantity, decimal price = 0, decimal trigger = 0, bool reduceOnly = false, string? oco = null)
        {
            Link.Send(new Place
            {
                Account = "A",
                Symbol = "ETHUSDT",
                Side = side,
                Type = type,
                Quantity = quantity,
                Price = price,
                TriggerPrice = trigger,
                ReduceOnly = reduceOnly,
                OcoGroup = oco,
            });
            Time.Advance(4_000);
        }
    }
}
