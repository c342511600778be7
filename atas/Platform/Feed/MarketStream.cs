using System;
using System.Collections.Generic;
using System.IO;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;

namespace Tapewire.Platform;

/// <summary>A quote or a trade as <c>GET /api/v1/market/stream</c> tells it. Time is that of the market.</summary>
public abstract record MarketEvent(string Symbol, DateTime Time);

public sealed record QuoteEvent(string Symbol, decimal Bid, decimal BidSize, decimal Ask, decimal AskSize, DateTime Time)
    : MarketEvent(Symbol, Time);

public sealed record TradeEvent(string Symbol, decimal Price, decimal Size, bool IsBuy, DateTime Time) : MarketEvent(Symbol, Time);

/// <summary>Reads the trades and quotes that the server's engine sees, and comes back when the server does.</summary>
public sealed class MarketStream : IDisposable
{
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(200);
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _client = new() { Timeout = Timeout.InfiniteTimeSpan };
    private readonly string _url;
    private readonly string _keyFile;
    private readonly Action<MarketEvent> _heard;

    /// <param name="url">The base address of the server.</param>
    /// <param name="keyFile">Holds a key with the scope <c>read</c>.</param>
    /// <param name="symbols">Those wanted.</param>
    /// <param name="heard">Called one after the other.</param>
    public MarketStream(string url, string keyFile, IEnumerable<string> symbols, Action<MarketEvent> heard)
    {
        _url = $"{url}/api/v1/market/stream?symbols={string.Join(',', symbols)}";
        _keyFile = keyFile;
        _heard = heard;
        Ended = Task.Run(RunAsync);
    }

    /// <summary>Ends when it is disposed of, or with what a listener threw.</summary>
    public Task Ended { get; }

    public void Dispose()
    {
        _stop.Cancel();
        _client.Dispose();
        _stop.Dispose();
    }

    /// <summary>Null for what is neither a trade nor a quote.</summary>
    public static MarketEvent? Parse(string type, string data)
    {
        if (type is not ("trade" or "quote")) return null;
        using var document = JsonDocument.Parse(data);
        var root = document.RootElement;
        var symbol = root.GetProperty("symbol").GetString()!;
        var time = root.GetProperty("time").GetDateTime().ToUniversalTime();
        decimal Number(string name) => root.GetProperty(name).GetDecimal();
        return type == "trade"
            ? new TradeEvent(symbol, Number("price"), Number("size"), root.GetProperty("side").GetString() == "BUY", time)
            : new QuoteEvent(symbol, Number("bid"), Number("bid_size"), Number("ask"), Number("ask_size"), time);
    }

    private async Task RunAsync()
    {
        var stop = _stop.Token;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(stop).ConfigureAwait(false);
                await Task.Delay(Again, stop).ConfigureAwait(false);
            }
            catch (Exception broken) when (broken is HttpRequestException or IOException)
            {
                // The server is away, as it is when it is killed.
                await Task.Delay(Again, CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception over) when (over is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task FollowAsync(CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _url);
        var key = (await File.ReadAllTextAsync(_keyFile, stop).ConfigureAwait(false)).Trim();
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(stop).ConfigureAwait(false));
        var type = "";
        while (await reader.ReadLineAsync(stop).ConfigureAwait(false) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal)) type = line[7..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal) && Parse(type, line[6..]) is { } heard) _heard(heard);
        }
    }
}
