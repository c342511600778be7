using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Tapewire.Bridge.Tests.Server;

namespace Tapewire.Bridge.Strategy.Tests;

/// <summary>As much of /api/v1 as an executor needs, over real sockets: one account, every claim granted once.</summary>
internal sealed class FakeApi : IAsyncDisposable
{
    private readonly RawServer _server;
    private readonly ConcurrentDictionary<Channel<string>, byte> _streams = new();
    private readonly ConcurrentDictionary<string, string> _claimedBy = new();
    private readonly ConcurrentDictionary<string, JsonObject> _signals = new();
    private int _seq;

    public FakeApi()
    {
        _server = new RawServer(Handle);
    }

    public Uri Url => _server.Url;

    public ConcurrentQueue<string> Requests { get; } = new();

    public ConcurrentQueue<(string Delivery, JsonObject Body)> Reports { get; } = new();

    /// <summary>Answers nothing any more.</summary>
    public bool IsMute { get; set; }

    public int StreamCount => _streams.Count;

    public void Issue(string id, decimal entry, Action<JsonObject>? change = null)
    {
        var signal = new JsonObject
        {
            ["id"] = id, ["intent"] = "ENTRY", ["symbol"] = "ETHUSDT", ["direction"] = "BUY", ["timeframe"] = "1m", ["entry_price"] = entry,
            ["stop_loss"] = entry - 17.5m, ["take_profit"] = entry + 42m, ["tp1"] = entry + 28m, ["tp2"] = entry + 42m, ["tp3"] = entry + 63m,
            ["leverage"] = 10, ["signal_strength"] = 80m, ["max_slippage_bps"] = null, ["market"] = "SIMULATED", ["version"] = 1,
            ["expires_in_ms"] = 15_000, ["state"] = "ACTIVE",
        };
        change?.Invoke(signal);
        _signals[id] = signal;
        Say("signal.issued", new JsonObject { ["signal"] = signal.DeepClone() });
    }

    public void Say(string type, JsonObject data)
    {
        var seq = Interlocked.Increment(ref _seq);
        var told = new JsonObject { ["cursor"] = $"j:{seq}", ["seq"] = seq, ["type"] = type, ["data"] = data };
        foreach (var stream in _streams.Keys) stream.Writer.TryWrite($"event: {type}\nid: j:{seq}\ndata: {told.ToJsonString()}\n\n");
    }

    public List<string> ReportTypesOf(string id) =>
        [.. Reports.Where(report => report.Delivery == $"{id}.default").Select(report => $"{report.Body["leg"]} {report.Body["type"]}")];

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task Handle(RawRequest request, Stream stream, CancellationToken stop)
    {
        Requests.Enqueue($"{request.Method} {request.Path}");
        if (IsMute) await Task.Delay(Timeout.Infinite, stop);
        var parts = request.Path.Split('?')[0].Split('/', StringSplitOptions.RemoveEmptyEntries)[2..];
        if (parts is ["stream"])
        {
            await Stream(stream, stop);
            return;
        }
        var (status, body) = Answer(request, parts);
        await RawServer.Reply(stream, status, body.ToJsonString());
    }

    private (int Status, JsonObject Body) Answer(RawRequest request, string[] parts)
    {
        switch (parts)
        {
            case ["sessions"]:
                return (201, new JsonObject { ["session"] = "s", ["epoch"] = 1, ["lease_ms"] = 15_000, ["heartbeat_ms"] = 5_000, ["cursor"] = $"j:{_seq}", ["in_doubt"] = new JsonArray(), ["halted"] = false });
            case ["sessions", _, "heartbeat"]:
                return (200, new JsonObject { ["session"] = "s", ["epoch"] = 1, ["lease_ms"] = 15_000, ["halted"] = false });
            case ["sessions", _]:
                return (200, new JsonObject { ["released"] = true });
            case ["time"]:
                return (200, new JsonObject { ["server_time_us"] = 1, ["cursor"] = $"j:{_seq}" });
            case ["signals"]:
                return (200, new JsonObject { ["signals"] = new JsonArray([.. _signals.Values.Select(each => each.DeepClone())]), ["next"] = null });
            case ["signals", var id]:
                return (200, new JsonObject { ["signal"] = _signals[id].DeepClone() });
            case ["signals", var id, "claim"]:
                return Claim(id, request.Headers["Idempotency-Key"]);
            case ["deliveries", var delivery, "reports"]:
                var report = JsonNode.Parse(request.Body)!.AsObject();
                if (!Reports.Any(known => (string?)known.Body["report_id"] == (string?)report["report_id"])) Reports.Enqueue((delivery, report));
                return (200, new JsonObject { ["duplicate"] = false });
            default:
                return (404, new JsonObject { ["code"] = "UNKNOWN_PATH", ["detail"] = request.Path });
        }
    }

    private (int Status, JsonObject Body) Claim(string id, string key)
    {
        if (_claimedBy.GetOrAdd(id, key) != key) return (409, new JsonObject { ["code"] = "CLAIMED", ["detail"] = "offered once" });
        var signal = _signals[id];
        var orderId = $"tw-{Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(id)).PadLeft(24, '0')}";
        var intent = (string)signal["intent"]!;
        return (200, new JsonObject
        {
            ["delivery"] = new JsonObject { ["id"] = $"{id}.default", ["signal_id"] = id, ["account"] = "default", ["intent"] = intent, ["state"] = "CLAIMED" },
            ["fence"] = 7, ["client_order_id"] = orderId, ["execute_within_ms"] = intent == "CLOSE" ? null : 15_000, ["signal"] = signal.DeepClone(),
        });
    }

    private async Task Stream(Stream stream, CancellationToken stop)
    {
        var told = Channel.CreateUnbounded<string>();
        await RawServer.OpenStream(stream);
        await RawServer.Write(stream, $"event: open\nid: j:{_seq}\ndata: {{\"cursor\":\"j:{_seq}\",\"oldest\":\"j:0\"}}\n\n");
        _streams.TryAdd(told, 0);
        try
        {
            // A sign of life every second, by which a reader that has gone is noticed as well.
            using var beats = new PeriodicTimer(TimeSpan.FromSeconds(1));
            var beat = beats.WaitForNextTickAsync(stop).AsTask();
            var ready = told.Reader.WaitToReadAsync(stop).AsTask();
            while (true)
            {
                if (await Task.WhenAny(beat, ready) == beat)
                {
                    await RawServer.Write(stream, ": heartbeat\n\n");
                    beat = beats.WaitForNextTickAsync(stop).AsTask();
                    continue;
                }
                while (told.Reader.TryRead(out var text)) await RawServer.Write(stream, text);
                ready = told.Reader.WaitToReadAsync(stop).AsTask();
            }
        }
        finally
        {
            _streams.TryRemove(told, out _);
        }
    }
}
