using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Tapewire.Bridge.Server;
using Tapewire.Bridge.Wire;
using Xunit;

namespace Tapewire.Bridge.Tests.Server;

public sealed class LedgerTests
{
    [Fact]
    public async Task What_was_given_back_unsent_may_be_taken_up_again_once_that_is_reported_after_a_restart_as_well()
    {
        var disk = await GivenBack("not_sent");
        var restarted = await Ledger.Open(disk);
        Assert.True(restarted.HasTaken("a"), "the server has not heard of it yet");
        await restarted.Write(new LedgerRecord.Reported("r", null));
        Assert.False(restarted.HasTaken("a"));
        Assert.False((await Ledger.Open(disk)).HasTaken("a"));
    }

    [Fact]
    public async Task What_was_declined_is_never_taken_up_again()
    {
        var disk = await GivenBack("price_moved");
        var restarted = await Ledger.Open(disk);
        await restarted.Write(new LedgerRecord.Reported("r", null));
        Assert.True(restarted.HasTaken("a"));
        Assert.True((await Ledger.Open(disk)).HasTaken("a"));
    }

    [Fact]
    public async Task A_fill_that_was_heard_of_before_its_acknowledgement_stays_a_fill()
    {
        var ledger = await Ledger.Open(new MemoryStore());
        await ledger.Write(new LedgerRecord.Submitting("a", SubmissionOf(Leg.Entry)));
        await ledger.Write(Report("r1", ReportType.Filled, Leg.Entry));
        await ledger.Write(Report("r2", ReportType.Submitted, Leg.Entry));
        Assert.Equal((ReportType.Filled, 0), (ledger.Entry("a")!.Outcome, ledger.RestingEntries.Count));
        Assert.Equal("a", ledger.EntryOfOrder("tw-1-S")!.SignalId);
        Assert.Null(ledger.EntryOfOrder("tw-12"));
    }

    [Fact]
    public async Task Folded_again_after_compaction_it_is_the_same()
    {
        var disk = new MemoryStore();
        var ledger = await Ledger.Open(disk);
        await ledger.Write(new LedgerRecord.Intended(IntentOf("open")));
        await ledger.Write(new LedgerRecord.Submitting("a", SubmissionOf(Leg.Entry)));
        await ledger.Write(Report("r1", ReportType.Partial, Leg.Entry));
        await ledger.Write(new LedgerRecord.Reported("r1", new ReportRefusal("TOO_MANY_REPORTS", "x")));
        await ledger.Write(new LedgerRecord.Intended(IntentOf("refused")));
        await ledger.Write(new LedgerRecord.ClaimRefused("refused", "EXPIRED"));
        for (var times = 0; times < 2; times += 1)
        {
            var again = await Ledger.Open(disk);
            Assert.Equal(["open"], again.OpenIntents.Select(intent => intent.SignalId));
            Assert.Equal(ledger.Entry("a"), again.Entry("a"));
            Assert.Equal("r1", Assert.Single(again.RefusedReports).ReportId);
            Assert.False(again.HasTaken("refused"));
        }
    }

    private static async Task<MemoryStore> GivenBack(string reason)
    {
        var disk = new MemoryStore();
        var ledger = await Ledger.Open(disk);
        await ledger.Write(new LedgerRecord.Intended(IntentOf("a")));
        await ledger.Write(new LedgerRecord.Submitting("a", SubmissionOf(Leg.Close)));
        await ledger.Write(Report("r", ReportType.Nack, Leg.Close, reason));
        return disk;
    }

    private static ClaimIntent IntentOf(string signalId) => new(signalId, "default", Intent.Close, "k", "i", "s", 1);

    private static Submission SubmissionOf(Leg leg) => new("a.default", 7, "s", 1, "tw-1", leg);

    private static LedgerRecord.Reporting Report(string id, ReportType type, Leg leg, string? reason = null) =>
        new(new QueuedReport("a.default", new ReportBody
        {
            ReportId = id, Session = "s", Epoch = 1, Fence = 7, Type = type, Leg = leg, Reason = reason,
        }));

    private sealed class MemoryStore : IStore
    {
        private readonly VirtualDisk _disk = new();

        public Task<IReadOnlyList<LedgerRecord>> Load() => Task.FromResult<IReadOnlyList<LedgerRecord>>([.. _disk.Records]);

        public Task Append(LedgerRecord record)
        {
            _disk.Records.Add(VirtualDisk.Copy(record));
            return Task.CompletedTask;
        }

        public Task Compact(IReadOnlyList<LedgerRecord> records)
        {
            _disk.Replace(records);
            return Task.CompletedTask;
        }
    }
}
