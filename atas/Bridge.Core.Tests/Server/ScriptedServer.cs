using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Tapewire.Bridge.Server;
using Tapewire.Bridge.Wire;

namespace Tapewire.Bridge.Tests.Server;

internal abstract record Fate
{
    /// <summary>It is done, and the answer does not arrive.</summary>
    internal sealed record Lost : Fate;

    /// <summary>It does not even arrive.</summary>
    internal sealed record Unheard : Fate;

    internal sealed record Answered(HttpReply Reply) : Fate;

    public static Fate AnswerIsLost { get; } = new Lost();

    public static Fate IsUnheard { get; } = new Unheard();

    public static Fate Refusal(int status, string code, JsonObject? more = null)
    {
        var body = more?.DeepClone().AsObject() ?? [];
        body["status"] = status;
        body["detail"] = $"it is {code}";
        body["code"] = code;
        return new Answered(new HttpReply(status, body.ToJsonString()));
    }
}

/// <summary>As much of a server as an executor sees. One account, one holder. All of it on the lane.</summary>
internal sealed class ScriptedServer(VirtualTime time)
{
    private readonly List<Action<object>> _listeners = [];
    private int _seq;

    public List<HttpCall> Requests { get; } = [];

    public List<(string Delivery, ReportBody Body)> Reports { get; } = [];

    public Dictionary<string, JsonObject> Signals { get; } = [];

    /// <summary>By signal: the key it was claimed with, when, and under which epoch.</summary>
    public Dictionary<string, (string Key, double SentMs, long Epoch)> Grants { get; } = [];

    /// <summary>Asked first; null: the ordinary answer.</summary>
    public Func<HttpCall, Task<Fate?>> Script { get; set; } = _ => Task.FromResult<Fate?>(null);

    /// <summary>The way back of each answer; may take its time.</summary>
    public Func<Task> WayBack { get; set; } = () => Task.CompletedTask;

    /// <summary>Thrown by the stream instead of anything else.</summary>
    public Func<string?> StreamProblem { get; set; } = () => null;

    public int Streams { get; private set; }

    public double ExecuteWithinMs { get; set; } = 1_000;

    public long Epoch { get; set; }

    public List<JsonObject> InDoubt { get; set; } = [];

    public bool Halted { get; set; }

    public string Cursor => $"journal:{_seq}";

    public void On(string pathEnd, Fate? fate) => Script = call => Task.FromResult(call.Path.EndsWith(pathEnd, StringComparison.Ordinal) ? fate : null);

    public void Issue(string id, Action<JsonObject>? change = null)
    {
        var signal = SignalOf(id);
        change?.Invoke(signal);
        Signals[id] = signal;
        Say("signal.issued", new JsonObject { ["signal"] = signal.DeepClone() });
    }

    public void Say(string type, JsonObject data)
    {
        _seq += 1;
        var told = new ServerEvent(type, Cursor, JsonSerializer.SerializeToElement(data));
        foreach (var listener in _listeners.ToList()) listener(told);
    }

    public void BreakStreams()
    {
        foreach (var listener in _listeners.ToList()) listener(new TransportException("broken"));
    }

    public List<HttpCall> To(string pattern) => [.. Requests.Where(call => Regex.IsMatch(call.Path, pattern))];

    public async Task<HttpReply> Answer(HttpCall call)
    {
        Requests.Add(call);
        var fate = await Script(call);
        switch (fate)
        {
            case Fate.Unheard:
                throw new TransportException("connection refused");
            case Fate.Lost:
                Ordinary(call);
                throw new TransportException("connection reset");
        }
        var reply = fate is Fate.Answered(var scripted) ? scripted : Ordinary(call);
        await WayBack();
        return reply;
    }

    public async IAsyncEnumerable<ServerEvent> Events([EnumeratorCancellation] CancellationToken cancellation)
    {
        Streams += 1;
        if (StreamProblem() is { } problem) throw new TransportException(problem);
        var heard = new Queue<object>();
        heard.Enqueue(new ServerEvent("open", Cursor, default));
        var wake = NewWake();
        void Listen(object told)
        {
            heard.Enqueue(told);
            wake.TrySetResult();
        }
        _listeners.Add(Listen);
        using var stopped = cancellation.Register(() => wake.TrySetResult());
        try
        {
            while (!cancellation.IsCancellationRequested)
            {
                if (!heard.TryDequeue(out var next))
                {
                    await wake.Task;
                    wake = NewWake();
                    continue;
                }
                if (next is TransportException broken) throw broken;
                yield return (ServerEvent)next;
            }
        }
        finally
        {
            _listeners.Remove(Listen);
        }
    }

    /// <summary>A claim stays that of the session that it was granted to, whoever holds the account by now.</summary>
    public JsonObject DeliveryOf(string id, string state)
    {
        var epoch = Grants.TryGetValue(id, out var grant) ? grant.Epoch : Epoch;
        return new JsonObject
        {
            ["id"] = $"{id}.default",
            ["signal_id"] = id,
            ["account"] = "default",
            ["intent"] = Signals.TryGetValue(id, out var signal) ? signal["intent"]!.DeepClone() : "ENTRY",
            ["symbol"] = "ETHUSDT",
            ["state"] = state,
            ["reason"] = "",
            ["fence"] = 7,
            ["client_order_id"] = OrderIdOf(id),
            ["session"] = $"session-{epoch}",
            ["epoch"] = epoch,
        };
    }

    public static string OrderIdOf(string id) => $"tw-{Convert.ToHexStringLower(Encoding.UTF8.GetBytes(id))}";

    public static JsonObject SignalOf(string id) => new()
    {
        ["id"] = id,
        ["intent"] = "ENTRY",
        ["symbol"] = "ETHUSDT",
        ["direction"] = "BUY",
        ["timeframe"] = "1m",
        ["entry_price"] = 3_500m,
        ["stop_loss"] = 3_482.5m,
        ["take_profit"] = 3_542m,
        ["tp1"] = 3_528m,
        ["tp2"] = 3_542m,
        ["tp3"] = 3_563m,
        ["leverage"] = 10,
        ["signal_strength"] = 80m,
        ["max_slippage_bps"] = 5m,
        ["market"] = "SIMULATED medium",
        ["expires_in_ms"] = 15_000,
        ["state"] = "ACTIVE",
    };

    public HttpReply GrantOf(string id, JsonNode? executeWithinMs)
    {
        var delivery = DeliveryOf(id, "CLAIMED");
        return Ok(new JsonObject
        {
            ["delivery"] = delivery,
            ["fence"] = 7,
            ["client_order_id"] = OrderIdOf(id),
            ["execute_within_ms"] = executeWithinMs,
            ["signal"] = Signals[id].DeepClone(),
        });
    }

    public static HttpReply Ok(JsonObject body) => new(200, body.ToJsonString());

    private static TaskCompletionSource NewWake() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private HttpReply Ordinary(HttpCall call)
    {
        var route = call.Path.Replace("/api/v1", "", StringComparison.Ordinal).Split('?')[0];
        var id = route.Split('/').ElementAtOrDefault(2) ?? "";
        var isHeld = id == $"session-{Epoch}";
        var stale = ((Fate.Answered)Fate.Refusal(409, "STALE_EPOCH")).Reply;
        if (route == "/sessions") return Open();
        if (call.Method == "DELETE")
            return isHeld ? Ok(new JsonObject { ["released"] = true }) : stale;
        if (route.EndsWith("/heartbeat", StringComparison.Ordinal))
            return isHeld ? Ok(new JsonObject { ["session"] = id, ["epoch"] = Epoch, ["lease_ms"] = 15_000, ["halted"] = Halted }) : stale;
        if (route.EndsWith("/claim", StringComparison.Ordinal)) return Claim(id, call, stale);
        if (route.EndsWith("/reports", StringComparison.Ordinal))
        {
            Reports.Add((id, WireJson.Read<ReportBody>(call.Json!)));
            return Ok(new JsonObject { ["delivery"] = DeliveryOf(id.Split('.')[0], "WORKING"), ["duplicate"] = false });
        }
        return route switch
        {
            "/signals" => Ok(new JsonObject { ["signals"] = new JsonArray([.. Signals.Values.Where(each => (string?)each["state"] == "ACTIVE").Select(each => each.DeepClone())]), ["next"] = null }),
            "/time" => Ok(new JsonObject { ["server_time_us"] = 1, ["cursor"] = Cursor }),
            "/events" => Ok(new JsonObject { ["events"] = new JsonArray(), ["cursor"] = Cursor }),
            _ => Ok(new JsonObject { ["signal"] = Signals[id].DeepClone() }),
        };
    }

    private HttpReply Open()
    {
        Epoch += 1;
        return Ok(new JsonObject
        {
            ["session"] = $"session-{Epoch}",
            ["epoch"] = Epoch,
            ["lease_ms"] = 15_000,
            ["heartbeat_ms"] = 5_000,
            ["cursor"] = Cursor,
            ["in_doubt"] = new JsonArray([.. InDoubt.Select(each => each.DeepClone())]),
            ["halted"] = Halted,
        });
    }

    private HttpReply Claim(string id, HttpCall call, HttpReply stale)
    {
        static HttpReply No(int status, string code) => ((Fate.Answered)Fate.Refusal(status, code)).Reply;
        if (!Signals.TryGetValue(id, out var signal)) return No(404, "UNKNOWN_SIGNAL");
        var isKnown = Grants.TryGetValue(id, out var known);
        if (isKnown && known.Key != call.IdempotencyKey) return No(409, "CLAIMED");
        if (WireJson.Read<ClaimRequest>(call.Json!).Epoch != Epoch) return stale;
        if (!isKnown) Grants[id] = known = (call.IdempotencyKey!, time.MonotonicMs, Epoch);
        var leftMs = (long)Math.Max(ExecuteWithinMs - (time.MonotonicMs - known.SentMs), 0);
        return GrantOf(id, (string?)signal["intent"] == "CLOSE" ? null : leftMs);
    }
}
