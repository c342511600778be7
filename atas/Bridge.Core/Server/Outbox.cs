using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Tapewire.Bridge.Wire;
using System.Text.Json;

namespace Tapewire.Bridge.Server;

/// <summary>
/// Reports on their way to the server. Each is on disk, id and all, before it is sent, and is sent until the server has taken
/// it or said that it never will; what was refused is kept and named. Order does not matter to the server, so one at a time is
/// only kinder.
/// </summary>
internal sealed class Outbox
{
    private readonly ApiClient _api;
    private readonly IClock _clock;
    private readonly Ledger _ledger;
    private readonly Notify _notify;
    private readonly CancellationToken _stop;
    private readonly Queue<QueuedReport> _queue;
    private Task? _draining;

    public Outbox(ApiClient api, IClock clock, Ledger ledger, Notify notify, CancellationToken stop)
    {
        _api = api;
        _clock = clock;
        _ledger = ledger;
        _notify = notify;
        _stop = stop;
        _queue = new Queue<QueuedReport>(ledger.PendingReports);
    }

    /// <summary>What the server has not taken yet.</summary>
    public int Count => _queue.Count;

    /// <summary>Ends when everything is delivered, or sending has stopped.</summary>
    public Task Idle => _draining ?? Task.CompletedTask;

    /// <summary>Ends when the report is on disk. Sending goes on by itself.</summary>
    public Task Add(QueuedReport report) => Add(new LedgerRecord.Reporting(report), [report]);

    /// <summary>The same for what a desk wants remembered with its reports.</summary>
    public Task Add(DeskTurn turn) => Add(new LedgerRecord.Turned(turn), turn.Reports);

    /// <summary>These are on disk already.</summary>
    public void Send(IReadOnlyList<QueuedReport> reports)
    {
        foreach (var report in reports) _queue.Enqueue(report);
        Start();
    }

    private async Task Add(LedgerRecord record, IReadOnlyList<QueuedReport> reports)
    {
        try
        {
            await _ledger.Write(record);
        }
        catch (StoreFailedException error)
        {
            // Told without being remembered: should the process die now, the next one asks the venue, as after any crash.
            _notify(NoticeName.StoreFailed, $"what happened is not on disk: {error.Message}");
            _ledger.Remember(record);
        }
        Send(reports);
    }

    public void Start()
    {
        if (_draining is not null) return;
        var draining = Drain();
        if (!draining.IsCompleted) _draining = draining;
    }

    private async Task Drain()
    {
        for (var failures = 0; _queue.Count > 0 && !_stop.IsCancellationRequested;)
        {
            var (delivery, body) = _queue.Peek();
            var answer = await _api.Report(delivery, body);
            switch (answer)
            {
                case Answer<JsonElement>.Ok:
                    await Done(body.ReportId, refusal: null);
                    failures = 0;
                    continue;
                // A key that is missing or too weak is put right by a person; the facts wait for it.
                case Answer<JsonElement>.Refused(not (401 or 403), var problem):
                    _notify(NoticeName.ReportRefused, $"{body.Type} of {delivery}: {problem.Code}, {problem.Detail}");
                    await Done(body.ReportId, new ReportRefusal(problem.Code, problem.Detail));
                    continue;
            }
            failures += 1;
            // The others do not wait for one that the server cannot answer.
            _queue.Enqueue(_queue.Dequeue());
            var why = answer is Answer<JsonElement>.Refused(_, var weak) ? weak.Detail : ((Answer<JsonElement>.Unanswered)answer).Why;
            _notify(NoticeName.ReportWaits, $"{body.Type} of {delivery}: {why}");
            await _clock.Sleep(Backoff.Ms(failures), _stop);
        }
        // In the same step as the last look at the queue, so that whoever adds next finds nobody at work.
        _draining = null;
    }

    private async Task Done(string reportId, ReportRefusal? refusal)
    {
        _queue.Dequeue();
        try
        {
            await _ledger.Write(new LedgerRecord.Reported(reportId, refusal));
        }
        catch (StoreFailedException error)
        {
            // Sent again after a restart, and recognised there by its id.
            _notify(NoticeName.StoreFailed, $"a delivered report stays queued on disk: {error.Message}");
        }
    }
}
