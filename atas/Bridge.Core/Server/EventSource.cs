using System;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Tapewire.Bridge.Wire;

namespace Tapewire.Bridge.Server;

/// <summary>
/// Every event once or more, none left out: the stream, resumed at the last cursor whenever it breaks, and the long poll while
/// the stream brings nothing. Where the server cannot resume, <c>reset</c> is heard, and a snapshot must take the place of
/// what was missed.
/// </summary>
internal sealed class EventSource
{
    /// <summary>After a stream that brought nothing, the long poll is used for so long: some proxies swallow streams.</summary>
    private const double PollForMs = 60_000;
    private const int PollWaitSeconds = 25;

    private readonly ApiClient _api;
    private readonly ITransport _transport;
    private readonly IClock _clock;
    private readonly Notify _notify;
    private readonly CancellationToken _stop;
    private readonly Action<ServerEvent> _heard;
    private string _cursor;

    public EventSource(
        ApiClient api, ITransport transport, IClock clock, Notify notify, string after, Action<ServerEvent> heard,
        CancellationToken stop)
    {
        _api = api;
        _transport = transport;
        _clock = clock;
        _notify = notify;
        _cursor = after;
        _heard = heard;
        _stop = stop;
    }

    public async Task Run()
    {
        for (var failures = 0; !_stop.IsCancellationRequested;)
        {
            var isAlive = await Stream() || await Poll();
            failures = isAlive ? 0 : failures + 1;
            if (!_stop.IsCancellationRequested) await _clock.Sleep(Backoff.Ms(failures), _stop);
        }
    }

    /// <returns>whether anything was heard before it broke</returns>
    private async Task<bool> Stream()
    {
        var heardAny = false;
        var problem = "it ended";
        try
        {
            await foreach (var next in _transport.Events(_cursor, _stop))
            {
                if (!heardAny) _notify(NoticeName.StreamOpened, $"after {_cursor}");
                heardAny = true;
                Hear(next);
            }
        }
        catch (TransportException error)
        {
            problem = error.Message;
        }
        if (!_stop.IsCancellationRequested) _notify(NoticeName.StreamBroken, problem);
        return heardAny;
    }

    /// <returns>whether the server answered until it was time to try the stream again</returns>
    private async Task<bool> Poll()
    {
        var enough = new Deadline(_clock, Moment.Of(_clock), PollForMs);
        while (!_stop.IsCancellationRequested && !enough.IsOver)
        {
            switch (await _api.Poll(_cursor, PollWaitSeconds, _stop))
            {
                case Answer<EventPage>.Ok(var page):
                    foreach (var each in page.Events) Hear(new ServerEvent(each.Type, each.Cursor, each.Data));
                    _cursor = page.Cursor;
                    break;
                case Answer<EventPage>.Refused(_, { Code: "CURSOR_GONE" }) when await ResetToNewest():
                    break;
                default:
                    return false;
            }
        }
        return true;
    }

    /// <summary>The snapshot that follows a reset shows what is live, so the events before it are not needed.</summary>
    private async Task<bool> ResetToNewest()
    {
        if (await _api.Time() is not Answer<ServerTime>.Ok(var time)) return false;
        Hear(new ServerEvent("reset", time.Cursor, JsonSerializer.SerializeToElement("cursor gone")));
        return true;
    }

    private void Hear(ServerEvent next)
    {
        _cursor = next.Cursor;
        if (next.Type != "open") _heard(next);
    }
}
