using System;
using System.Collections.Concurrent;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace Tapewire.Platform.Tests;

/// <summary>Between the processes: the exchange over its socket, and the market as the server tells it.</summary>
public class WireTests
{
    [Fact]
    public async Task An_order_of_a_client_that_died_lives_on_for_the_next_one()
    {
        using var time = new RealTime();
        var exchange = new SimulatedExchange(time, [World.Eth], 1, new ExchangeSettings { RoundTripMs = 2 });
        exchange.Quote("ETHUSDT", 3_500m, 3_500.10m);
        using var server = new ExchangeServer(exchange);
        var order = new Place
        {
            Account = "A",
            Symbol = "ETHUSDT",
            Side = Side.Buy,
            Type = ExchangeOrderType.Limit,
            Price = 3_400.05m,
            Quantity = 0.123m,
            Comment = "tw-1",
            RequestId = 7,
        };
        using (var first = new Client(server.Port))
        {
            await first.OpenAsync();
            first.Link.Send(order);
            Assert.Equal(7, (await first.NextAsync<OrderChanged>()).RequestId);
        }
        using var second = new Client(server.Port);
        var snapshot = await second.OpenAsync();
        var kept = Assert.Single(snapshot.Orders);
        Assert.Equal(("tw-1", 3_400.05m, 0.123m), (kept.Comment, kept.Price, kept.Unfilled));
        exchange.Trade("ETHUSDT", 3_400m);
        Assert.Equal(0.123m, (await second.NextAsync<Filled>()).Fill.Quantity);
        Assert.Equal(0.123m, (await second.NextAsync<PositionChanged>()).Position.Quantity);
    }

    [Fact]
    public void The_market_is_read_as_the_server_writes_it()
    {
        var trade = Assert.IsType<TradeEvent>(MarketStream.Parse("trade", Example("market-trade.json")));
        Assert.Equal("ETHUSDT", trade.Symbol);
        Assert.True(trade is { Price: > 0, Size: > 0 });
        Assert.Equal(DateTimeKind.Utc, trade.Time.Kind);
        var quote = Assert.IsType<QuoteEvent>(MarketStream.Parse("quote", Example("market-quote.json")));
        Assert.True(quote.Bid < quote.Ask && quote.BidSize > 0 && quote.AskSize > 0);
        Assert.Null(MarketStream.Parse("open", Example("market-open.json")));
        Assert.Null(MarketStream.Parse("reset", Example("market-reset.json")));
    }

    /// <summary>The examples that the server's own tests write and read.</summary>
    private static string Example(string name, [CallerFilePath] string here = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "../../src/contract/examples/v1", name));

    private sealed class Client(int port) : IDisposable
    {
        private readonly BlockingCollection<ExchangeEvent> _events = [];

        public TcpLink Link { get; private set; } = null!;

        public async Task<AccountSnapshot> OpenAsync()
        {
            Link = await TcpLink.ConnectAsync(port);
            Link.Received += _events.Add;
            Link.Send(new Login("A"));
            return await NextAsync<AccountSnapshot>();
        }

        /// <summary>The next event of this kind.</summary>
        public Task<T> NextAsync<T>() where T : ExchangeEvent => Task.Run(() =>
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            return _events.GetConsumingEnumerable(patience.Token).OfType<T>().First();
        });

        public void Dispose()
        {
            Link.Dispose();
            _events.Dispose();
        }
    }
}
