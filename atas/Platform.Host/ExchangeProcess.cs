using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;

namespace Tapewire.Platform.Host;

internal sealed record ExchangeConfiguration(
    string Url, string KeyFile, IReadOnlyList<Instrument> Instruments, ulong Seed, ExchangeSettings Settings);

/// <summary>
/// The exchange with its ledger, fed by the market of a Tapewire server. Commands: <c>settings</c>, <c>manual</c> (an order a person
/// sends elsewhere), <c>cancel</c>, <c>market</c>, <c>state</c>, <c>ledger</c>.
/// </summary>
internal sealed class ExchangeProcess(SimulatedExchange exchange, IExchangeLink person)
{
    private readonly Dictionary<string, QuoteEvent> _quotes = [];
    private long _requests;

    public static async Task RunAsync(LineControl lines)
    {
        var configuration = await lines.ReadConfigurationAsync<ExchangeConfiguration>().ConfigureAwait(false);
        using var time = new RealTime();
        var exchange = new SimulatedExchange(time, configuration.Instruments, configuration.Seed, configuration.Settings);
        using var server = new ExchangeServer(exchange);
        using var person = exchange.Connect();
        var process = new ExchangeProcess(exchange, person);
        var symbols = configuration.Instruments.Select(instrument => instrument.Symbol);
        using var market = new MarketStream(configuration.Url, configuration.KeyFile, symbols, process.Hear);
        lines.Say(new { listening = server.Port });
        await lines.ServeAsync(process.RunAsync, market.Ended).ConfigureAwait(false);
    }

    private void Hear(MarketEvent heard)
    {
        if (heard is TradeEvent trade) exchange.Trade(trade.Symbol, trade.Price);
        if (heard is not QuoteEvent quote) return;
        lock (_quotes) _quotes[quote.Symbol] = quote;
        exchange.Quote(quote.Symbol, quote.Bid, quote.Ask);
    }

    private Task<object?> RunAsync(string name, JsonElement command)
    {
        switch (name)
        {
            case "settings":
                exchange.Settings = command.GetProperty("settings").Deserialize<ExchangeSettings>(LineControl.Json)!;
                return Task.FromResult<object?>(null);
            case "manual":
                var order = command.GetProperty("order").Deserialize<Place>(LineControl.Json)!;
                person.Send(order with { RequestId = ++_requests, SentTime = DateTime.UtcNow });
                return Task.FromResult<object?>(null);
            case "cancel":
                person.Send(new Cancel(command.GetProperty("orderId").GetString()!) { RequestId = ++_requests });
                return Task.FromResult<object?>(null);
            case "market":
                lock (_quotes) return Task.FromResult<object?>(_quotes.Values.ToArray());
            case "state":
                var account = command.GetProperty("account").GetString()!;
                var positions = command.GetProperty("symbols").EnumerateArray().Select(symbol => exchange.PositionOf(account, symbol.GetString()!));
                return Task.FromResult<object?>(new { orders = exchange.WorkingOrders(account), positions = positions.ToArray() });
            case "ledger":
                var after = command.GetProperty("after").GetInt64();
                return Task.FromResult<object?>(exchange.Lines.Where(line => line.Number > after).ToArray());
            default:
                throw new ArgumentException($"the exchange has no command {name}");
        }
    }
}
