using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Tapewire.Bridge.Wire;

namespace Tapewire.Bridge.Server;

/// <summary>
/// There are three answers, and telling the last two apart is what the whole protocol is about.
/// Ok: it is done, and on the server's disk. Refused: it was understood and is not done; asking again gives the same.
/// Unanswered: nobody knows; the connection broke, the server failed, or it had no time (5xx, 408, 425, 429).
/// </summary>
internal abstract record Answer<T>
{
    internal sealed record Ok(T Value) : Answer<T>;

    internal sealed record Refused(int Status, Problem Problem) : Answer<T>;

    internal sealed record Unanswered(string Why) : Answer<T>;
}

/// <summary>The calls of /api/v1 that an executor needs. Nothing is retried here: whether to retry is the caller's to know.</summary>
internal sealed class ApiClient
{
    private const string Root = "/api/v1";

    private readonly ITransport _transport;

    public ApiClient(ITransport transport)
    {
        _transport = transport;
    }

    public Task<Answer<SessionOpened>> OpenSession(SessionRequest request) =>
        Ask<SessionOpened>(Post($"{Root}/sessions", request));

    public Task<Answer<HeartbeatAnswer>> Heartbeat(string session, long epoch) =>
        Ask<HeartbeatAnswer>(Post($"{Root}/sessions/{Escape(session)}/heartbeat", new HeartbeatRequest { Epoch = epoch }));

    /// <summary>Gives the account back. Refused with STALE_EPOCH where it is not this session's any more, which is as good.</summary>
    public Task<Answer<JsonElement>> Release(string session) =>
        Ask<JsonElement>(new HttpCall { Method = "DELETE", Path = $"{Root}/sessions/{Escape(session)}" });

    public Task<Answer<Grant>> Claim(ClaimIntent intent)
    {
        var body = new ClaimRequest { Session = intent.Session, Epoch = intent.Epoch, Account = intent.Account };
        return Ask<Grant>(Post($"{Root}/signals/{Escape(intent.SignalId)}/claim", body) with { IdempotencyKey = intent.Key });
    }

    public Task<Answer<JsonElement>> Report(string delivery, ReportBody body) =>
        Ask<JsonElement>(Post($"{Root}/deliveries/{Escape(delivery)}/reports", body));

    /// <summary>Every signal that can still be claimed, oldest first, each with its deliveries.</summary>
    public async Task<Answer<IReadOnlyList<Signal>>> ActiveSignals()
    {
        var signals = new List<Signal>();
        for (var after = ""; ;)
        {
            var answer = await Ask<SignalPage>(Get($"{Root}/signals?state=ACTIVE&limit=500{after}"));
            switch (answer)
            {
                case Answer<SignalPage>.Refused(var status, var problem):
                    return new Answer<IReadOnlyList<Signal>>.Refused(status, problem);
                case Answer<SignalPage>.Unanswered(var why):
                    return new Answer<IReadOnlyList<Signal>>.Unanswered(why);
                case Answer<SignalPage>.Ok(var page):
                    signals.AddRange(page.Signals);
                    if (page.Next is null) return new Answer<IReadOnlyList<Signal>>.Ok(signals);
                    after = $"&after={Escape(page.Next)}";
                    break;
            }
        }
    }

    public Task<Answer<SignalAnswer>> SignalOf(string signalId) =>
        Ask<SignalAnswer>(Get($"{Root}/signals/{Escape(signalId)}"));

    /// <summary>With the cursor of the newest event.</summary>
    public Task<Answer<ServerTime>> Time() => Ask<ServerTime>(Get($"{Root}/time"));

    /// <param name="waitSeconds">At most 30.</param>
    public Task<Answer<EventPage>> Poll(string after, int waitSeconds, CancellationToken stop)
    {
        var wait = waitSeconds.ToString(CultureInfo.InvariantCulture);
        var call = Get($"{Root}/events?after={Escape(after)}&wait={wait}");
        return Ask<EventPage>(call with { TimeoutMs = (waitSeconds + 10) * 1_000, Stop = stop });
    }

    private static string Escape(string text) => Uri.EscapeDataString(text);

    private static HttpCall Get(string path) => new() { Method = "GET", Path = path };

    private static HttpCall Post<T>(string path, T body) =>
        new() { Method = "POST", Path = path, Json = WireJson.Write(body) };

    private async Task<Answer<T>> Ask<T>(HttpCall call)
    {
        HttpReply reply;
        try
        {
            reply = await _transport.Request(call);
        }
        catch (TransportException error)
        {
            return new Answer<T>.Unanswered(error.Message);
        }
        if (reply.Status is >= 200 and < 300) return Read<T>(reply.Body);
        var problem = ProblemOf(reply);
        return reply.Status is >= 400 and < 500 and not (408 or 425 or 429)
            ? new Answer<T>.Refused(reply.Status, problem)
            : new Answer<T>.Unanswered($"{reply.Status}: {problem.Detail}");
    }

    private static Answer<T> Read<T>(string body)
    {
        try
        {
            return new Answer<T>.Ok(WireJson.Read<T>(body));
        }
        catch (JsonException error)
        {
            return new Answer<T>.Unanswered($"the answer cannot be read: {error.Message}");
        }
    }

    /// <summary>A proxy's page has no code in it.</summary>
    private static Problem ProblemOf(HttpReply reply)
    {
        try
        {
            return WireJson.Read<Problem>(reply.Body);
        }
        catch (JsonException)
        {
            return new Problem { Code = $"HTTP_{reply.Status}", Detail = $"status {reply.Status}" };
        }
    }
}
