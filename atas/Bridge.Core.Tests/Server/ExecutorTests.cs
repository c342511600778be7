using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Tapewire.Bridge.Server;
using Tapewire.Bridge.Wire;
using Xunit;

namespace Tapewire.Bridge.Tests.Server;

public sealed class ExecutorTests
{
    [Fact]
    public void It_writes_each_step_down_before_it_takes_it()
    {
        var world = new World();
        world.Ready();
        world.Issue("a");
        Assert.Equal(
            [
                "POST /sessions", "GET /signals", "disk intent", "POST /signals/a/claim", "disk submitting", "submit",
                "disk report", "POST /deliveries/a.default/reports", "disk reported",
            ],
            world.Steps);
        var order = Assert.Single(world.Venue.Submitted);
        Assert.Equal(("tw-61", Side.Buy, 0.5m, false), (order.ClientOrderId, order.Signal.Direction, order.Qty, order.IsReduceOnly));
        var (delivery, body) = Assert.Single(world.Server.Reports);
        Assert.Equal(
            ("a.default", "session-1", 1L, 7L, ReportType.Filled, Leg.Entry, "tw-61", "1"),
            (delivery, body.Session, body.Epoch, body.Fence, body.Type, body.Leg, body.ClientOrderId, body.OrderId));
    }

    [Fact]
    public void It_measures_where_the_time_went()
    {
        var world = new World();
        world.Disk.Script = record => record is LedgerRecord.Intended ? world.Time.Sleep(3) : Task.CompletedTask;
        world.Server.Script = async call =>
        {
            if (call.Path.EndsWith("claim", StringComparison.Ordinal)) await world.Time.Sleep(20);
            return null;
        };
        world.Venue.Script = _ => world.Time.Sleep(40);
        world.Ready();
        world.Issue("a", 1_000);
        Assert.Equal(
            new Dictionary<string, double>
            {
                ["received_to_claim_ms"] = 3, ["claim_ms"] = 20, ["claim_to_submit_ms"] = 0, ["submit_to_ack_ms"] = 40,
                ["submit_to_fill_ms"] = 40,
            },
            world.Server.Reports[0].Body.Latency);
    }

    [Fact]
    public void It_takes_a_signal_once_and_leaves_what_it_declines_to_others()
    {
        var world = new World();
        world.Ready(options => options with
        {
            Decide = (signal, _) => Task.FromResult<Decision>(
                signal.Id == "b" ? new Decision.Decline("not my market") : new Decision.Take(1)),
        });
        foreach (var id in "aaba") world.Do(() => world.Server.Issue(id.ToString()));
        world.Issue("a");
        world.Do(() => world.Server.Say("reset", []));
        world.Time.Pass(10);
        Assert.Single(world.Server.To("claim"));
        Assert.Single(world.Venue.Submitted);
        Assert.Equal(["b", "b"], world.Named(NoticeName.Declined).Select(notice => notice.SignalId));
    }

    [Fact]
    public void It_repeats_a_claim_whose_answer_was_lost_with_the_same_key_and_sends_one_order()
    {
        var world = new World();
        var attempts = 0;
        world.Server.Script = call => Task.FromResult(
            call.Path.EndsWith("claim", StringComparison.Ordinal) && ++attempts <= 2 ? Fate.AnswerIsLost : null);
        world.Ready();
        world.Issue("a", 900);
        var keys = world.Server.To("claim").Select(call => call.IdempotencyKey).ToList();
        Assert.Equal((3, 1), (keys.Count, keys.Distinct().Count()));
        Assert.Equal(["FILLED"], world.ReportTypes);
    }

    [Theory]
    [InlineData(1_000, 0, 0, "expired_before_submission")]
    [InlineData(999, 0, 0, "FILLED")]
    [InlineData(1_200, -3_600_000, 0, "expired_before_submission")]
    [InlineData(400, 5_000, 0, "expired_before_submission")]
    [InlineData(0, 0, 1_000, "expired_before_submission")]
    public void The_deadline_runs_from_when_the_claim_was_sent_by_the_later_clock_and_is_looked_at_last(
        double answerMs, double wallStepMs, double diskMs, string expected)
    {
        var world = new World();
        world.Ready();
        world.Server.Script = async call =>
        {
            if (!call.Path.EndsWith("claim", StringComparison.Ordinal)) return null;
            world.Server.Script = _ => Task.FromResult<Fate?>(null);
            var reply = await world.Server.Answer(call);
            await world.Time.Sleep(answerMs);
            return new Fate.Answered(reply);
        };
        world.Disk.Script = record => record is LedgerRecord.Submitting && diskMs > 0 ? world.Time.Sleep(diskMs) : Task.CompletedTask;
        world.Issue("a", answerMs / 2);
        world.Time.WallMs += wallStepMs;
        world.Time.Pass(2_000);
        Assert.Equal([expected], world.ReportTypes);
        Assert.Equal(expected == "FILLED" ? 1 : 0, world.Venue.Submitted.Count);
    }

    [Fact]
    public void What_the_user_has_against_it_is_asked_in_the_moment_before_the_order_leaves()
    {
        var world = new World();
        string? objection = null;
        world.Disk.Script = record => record is LedgerRecord.Submitting ? world.Time.Sleep(100) : Task.CompletedTask;
        world.Ready(options => options with { Objection = _ => objection });
        world.Issue("a", 50);
        objection = "price_moved";
        world.Time.Pass(200);
        Assert.Equal((0, "price_moved"), (world.Venue.Submitted.Count, Assert.Single(world.ReportTypes)));
    }

    [Fact]
    public void A_close_has_no_deadline_works_on_a_halted_account_and_only_gets_out()
    {
        var world = new World();
        world.Server.Halted = true;
        world.Disk.Script = record => record is LedgerRecord.Submitting ? world.Time.Sleep(10_000) : Task.CompletedTask;
        world.Ready();
        world.Do(() => world.Server.Issue("c", signal =>
        {
            signal["intent"] = "CLOSE";
            signal["closes"] = "a";
            signal["direction"] = "SELL";
            signal["expires_in_ms"] = null;
        }));
        world.Time.Pass(11_000);
        Assert.True(Assert.Single(world.Venue.Submitted).IsReduceOnly);
        Assert.Equal(Leg.Close, world.Server.Reports[0].Body.Leg);
    }

    [Fact]
    public void A_close_is_left_to_the_accounts_that_it_is_for()
    {
        var world = new World();
        world.Ready();
        void Close(string id, params string[] accounts) => world.Do(() => world.Server.Issue(id, signal =>
        {
            signal["intent"] = "CLOSE";
            signal["closes"] = "a";
            signal["accounts"] = new JsonArray([.. accounts.Select(each => JsonValue.Create(each))]);
        }));
        Close("c", "paper");
        Close("d", "paper", "default");
        world.Time.Pass(10);
        Assert.Equal("d", Assert.Single(world.Venue.Submitted).Signal.Id);
    }

    [Fact]
    public void A_close_takes_off_what_rests_of_its_entry()
    {
        var world = new World();
        world.Venue.Status = ReportType.Submitted;
        world.Ready();
        world.Issue("a");
        world.Do(() => world.Server.Issue("c", signal =>
        {
            signal["intent"] = "CLOSE";
            signal["closes"] = "a";
        }));
        world.Time.Pass(10);
        Assert.Equal(["tw-61"], world.Venue.Cancelled);
        Assert.Equal(2, world.Venue.Submitted.Count);
    }

    [Fact]
    public void It_does_not_send_what_was_cancelled_and_takes_off_what_was_cancelled_while_it_rests()
    {
        var world = new World();
        world.Venue.Status = ReportType.Submitted;
        world.Disk.Script = record => record is LedgerRecord.Submitting ? world.Time.Sleep(100) : Task.CompletedTask;
        world.Ready();
        world.Issue("a", 50);
        void Ended(string id, string state) => world.Do(() => world.Server.Say("signal.ended", new JsonObject
        {
            ["id"] = id, ["symbol"] = "ETHUSDT", ["state"] = state, ["reason"] = "x",
        }));
        Ended("a", "CANCELLED");
        world.Time.Pass(100);
        Assert.Equal((0, "signal_cancelled"), (world.Venue.Submitted.Count, Assert.Single(world.ReportTypes)));

        world.Issue("b", 200);
        Ended("b", "EXPIRED");
        Assert.Empty(world.Venue.Cancelled);
        Ended("b", "CANCELLED");
        world.Time.Pass(10);
        Assert.Equal(["tw-62"], world.Venue.Cancelled);
        Assert.Equal(["signal_cancelled", "SUBMITTED", "CANCELLED"], world.ReportTypes);

        // Nobody told of this one: the stream could not be resumed.
        world.Issue("c", 0);
        world.Issue("d", 200);
        world.Server.Signals["c"]["state"] = "CANCELLED";
        world.Do(() => world.Server.Say("reset", []));
        world.Time.Pass(10);
        Assert.Equal(["tw-62", "tw-63"], world.Venue.Cancelled);
    }

    [Fact]
    public void The_kill_switch_takes_resting_entries_off_and_put_back_it_claims_again()
    {
        var world = new World();
        world.Venue.Status = ReportType.Submitted;
        world.Ready();
        world.Issue("a");
        var data = new JsonObject { ["account"] = "default", ["reason"] = "lunch" };
        world.Do(() => world.Server.Say("account.halted", data));
        world.Issue("b");
        Assert.Equal(["tw-61"], world.Venue.Cancelled);
        Assert.Empty(world.Server.To("b/claim"));
        world.Do(() => world.Server.Say("account.resumed", data));
        world.Time.Pass(10);
        Assert.Single(world.Server.To("b/claim"));
    }

    [Fact]
    public void It_hears_of_later_fills_and_protective_orders_and_passes_them_on()
    {
        var world = new World();
        world.Venue.Status = ReportType.Submitted;
        world.Ready();
        world.Issue("a", 30);
        world.Venue.Heard(new OrderFact { ClientOrderId = "tw-61", Status = ReportType.Filled, AvgPrice = 3_500.1m });
        world.Venue.Heard(new OrderFact { ClientOrderId = "tw-61-S", Status = ReportType.Closed, Leg = Leg.Stop, Price = 0, Reason = new string('x', 900) });
        world.Venue.Heard(new OrderFact { ClientOrderId = "tw-99", Status = ReportType.Filled });
        world.Time.Pass(10);
        Assert.Equal(
            [(ReportType.Submitted, Leg.Entry, "tw-61"), (ReportType.Filled, Leg.Entry, "tw-61"), (ReportType.Closed, Leg.Stop, "tw-61-S")],
            world.Server.Reports.Select(report => (report.Body.Type, report.Body.Leg, report.Body.ClientOrderId)));
        Assert.Equal(30, world.Server.Reports[1].Body.Latency!["submit_to_fill_ms"]);
        Assert.Equal((null, 500), (world.Server.Reports[2].Body.Price, world.Server.Reports[2].Body.Reason!.Length));
        Assert.Single(world.Named(NoticeName.UnknownOrder));
    }

    [Fact]
    public void A_report_is_sent_until_it_is_taken_with_one_id_and_what_is_refused_for_good_is_kept()
    {
        var world = new World();
        var fates = new Queue<Fate?>([Fate.Refusal(503, "JOURNAL_FAILED"), Fate.Refusal(401, "UNAUTHORIZED"), Fate.AnswerIsLost, null]);
        world.Server.Script = call => Task.FromResult(call.Path.EndsWith("/reports", StringComparison.Ordinal) ? fates.Dequeue() : null);
        var process = world.Ready();
        world.Issue("a", 5_000);
        var ids = world.Server.To("reports").Select(call => WireJson.Read<ReportBody>(call.Json!).ReportId).ToList();
        Assert.Equal((4, 1), (ids.Count, ids.Distinct().Count()));

        world.Server.On("/reports", Fate.Refusal(422, "REPORT_ID_REUSED"));
        world.Issue("b", 5_000);
        Assert.Single(world.Server.To("b.default/reports"));
        Assert.Equal("REPORT_ID_REUSED", Assert.Single(process.Executor.RefusedReports).Code);
        Assert.Single(world.Named(NoticeName.ReportRefused));
        process.Kill();
        Assert.Single(world.Ready().Executor.RefusedReports);
    }

    [Fact]
    public void The_others_do_not_wait_for_a_report_that_the_server_has_no_answer_for()
    {
        var world = new World();
        world.Server.On("a.default/reports", Fate.Refusal(500, "INTERNAL_ERROR"));
        world.Ready();
        foreach (var id in "abc") world.Issue(id.ToString());
        world.Time.Pass(1_000);
        Assert.Equal(["b.default", "c.default"], world.Server.Reports.Select(report => report.Delivery));
        world.Server.On("nothing", null);
        world.Time.Pass(6_000);
        Assert.Equal("a.default", world.Server.Reports[^1].Delivery);
    }

    [Fact]
    public void Nothing_is_sent_that_the_disk_cannot_take_and_nothing_claimed()
    {
        var world = new World();
        world.Ready();
        world.Disk.Script = record => record is LedgerRecord.Submitting ? throw new IOException("no space left on device") : Task.CompletedTask;
        world.Issue("a");
        Assert.Equal((0, "store_failed"), (world.Venue.Submitted.Count, Assert.Single(world.ReportTypes)));
        world.Disk.Script = _ => throw new IOException("no space left on device");
        world.Issue("b");
        Assert.Empty(world.Server.To("b/claim"));
    }

    [Fact]
    public void It_goes_on_by_the_long_poll_where_streams_are_swallowed_and_tries_the_stream_again()
    {
        var world = new World();
        var polled = new List<string>();
        world.Server.StreamProblem = () => world.Server.Streams < 2 ? "silent for 15000 ms" : null;
        world.Server.Script = async call =>
        {
            if (!call.Path.Contains("/events", StringComparison.Ordinal)) return null;
            polled.Add(call.Path);
            await world.Time.Sleep(1_000);
            if (polled.Count == 1) return Fate.Refusal(410, "CURSOR_GONE", new JsonObject { ["oldest"] = "journal:0", ["reset"] = true });
            var signal = ScriptedServer.SignalOf("p");
            var issued = new JsonObject { ["type"] = "signal.issued", ["seq"] = 9, ["cursor"] = "journal:9", ["data"] = new JsonObject { ["signal"] = signal } };
            return new Fate.Answered(ScriptedServer.Ok(new JsonObject
            {
                ["events"] = polled.Count == 3 ? new JsonArray(issued) : [], ["cursor"] = $"journal:{polled.Count}",
            }));
        };
        world.Server.Signals["p"] = ScriptedServer.SignalOf("p");
        var process = world.Start(options => options with
        {
            // Heard of by the poll alone.
            Decide = (signal, _) => Task.FromResult<Decision>(polled.Count < 3 ? new Decision.Decline("not yet") : new Decision.Take(1)),
        });
        world.Time.Pass(4_500);
        Assert.Single(world.Venue.Submitted);
        Assert.Equal((1, "/api/v1/events?after=journal%3A3&wait=25"), (world.Server.Streams, polled[3]));
        world.Time.Pass(60_000);
        Assert.Equal((2, null), (world.Server.Streams, process.Ended));
    }

    [Fact]
    public void Stopped_it_gives_a_grant_back_takes_its_entries_off_and_delivers_what_it_knows()
    {
        var world = new World();
        world.Venue.Status = ReportType.Submitted;
        var process = world.Ready();
        world.Issue("a");
        world.Disk.Script = record => record is LedgerRecord.Submitting ? world.Time.Sleep(100) : Task.CompletedTask;
        world.Issue("b");
        var stopped = process.Stop();
        world.Issue("c");
        world.Time.Pass(4_000);
        Assert.True(stopped.IsCompletedSuccessfully);
        Assert.Equal(RunEnd.Stopped, process.Ended);
        Assert.Equal(["SUBMITTED", "not_sent", "CANCELLED"], world.ReportTypes);
        Assert.Empty(world.Server.To("c/claim"));
        var released = world.Server.Requests.FindIndex(call => call.Method == "DELETE");
        var lastReport = world.Server.Requests.FindLastIndex(call => call.Path.EndsWith("/reports", StringComparison.Ordinal));
        Assert.True(released > lastReport, "what it knew was told before");
        Assert.Single(world.Named(NoticeName.Released));
        Assert.Empty(world.Named(NoticeName.Fenced));
    }

    [Fact]
    public void Given_back_it_may_be_claimed_anew()
    {
        var world = new World();
        var process = world.Ready();
        world.Disk.Script = record => record is LedgerRecord.Submitting ? world.Time.Sleep(100) : Task.CompletedTask;
        world.Issue("a");
        process.Stop();
        world.Time.Pass(4_000);
        Assert.Equal(["not_sent"], world.ReportTypes);
        world.Server.Grants.Clear();
        world.Ready();
        world.Time.Pass(200);
        Assert.Single(world.Venue.Submitted);
    }

    [Theory]
    [InlineData("dead server")]
    [InlineData("hanging claim")]
    [InlineData("hanging order")]
    [InlineData("hanging disk")]
    [InlineData("stubborn venue")]
    public void A_stop_comes_back_within_its_bound_whatever_hangs(string what)
    {
        var world = new World();
        var process = world.Ready();
        Task Hang() => world.Time.Sleep(3_600_000);
        world.Venue.Status = ReportType.Submitted;
        switch (what)
        {
            case "hanging claim":
                world.Server.Script = async call =>
                {
                    if (call.Path.EndsWith("claim", StringComparison.Ordinal)) await Hang();
                    return null;
                };
                break;
            case "hanging order":
                world.Venue.Script = _ => Hang();
                break;
            case "hanging disk":
                world.Disk.Script = _ => Hang();
                break;
            case "stubborn venue":
                world.Venue.CancelScript = _ => throw new InvalidOperationException("closed");
                break;
        }
        world.Issue("a");
        if (what == "dead server") world.Server.Script = _ => Task.FromResult<Fate?>(Fate.IsUnheard);
        var stopped = process.Stop(4_000);
        world.Time.Pass(4_000);
        Assert.True(stopped.IsCompletedSuccessfully);
        Assert.Equal(RunEnd.Stopped, process.Ended);
        // Somebody has to look after an entry that rests.
        if (what == "stubborn venue") Assert.DoesNotContain(world.Server.Requests, call => call.Method == "DELETE");
    }

    [Fact]
    public void It_can_be_stopped_before_the_server_was_ever_there()
    {
        var world = new World();
        world.Server.Script = _ => Task.FromResult<Fate?>(Fate.IsUnheard);
        var process = world.Ready();
        world.Time.Pass(20_000);
        Assert.Equal("connection refused", process.Executor.LastProblem);
        var stopped = process.Stop(4_000);
        world.Time.Pass(4_000);
        Assert.Equal((true, RunEnd.Stopped), (stopped.IsCompletedSuccessfully, process.Ended));
    }

    [Fact]
    public void An_answer_that_cannot_be_read_is_no_answer()
    {
        var world = new World();
        world.Ready();
        world.Server.Script = call =>
        {
            if (!call.Path.EndsWith("claim", StringComparison.Ordinal)) return Task.FromResult<Fate?>(null);
            world.Server.On("nothing", null);
            return Task.FromResult<Fate?>(new Fate.Answered(world.Server.GrantOf("a", "soon")));
        };
        world.Issue("a", 0);
        Assert.Empty(world.Venue.Submitted);
        Assert.Single(world.Named(NoticeName.ClaimUnanswered));
    }

    [Fact]
    public void An_event_that_cannot_be_read_is_named_and_ends_nothing()
    {
        var world = new World();
        world.Ready();
        world.Do(() => world.Server.Say("signal.issued", new JsonObject { ["signal"] = new JsonObject { ["id"] = "x" } }));
        world.Do(() => world.Server.Say("of.a.later.version", []));
        world.Issue("a");
        Assert.Single(world.Named(NoticeName.UnreadableEvent));
        Assert.Single(world.Venue.Submitted);
    }

    [Fact]
    public void A_decision_that_throws_or_makes_no_sense_trades_nothing()
    {
        var world = new World();
        world.Ready(options => options with
        {
            Decide = (signal, _) => signal.Id == "a" ? throw new InvalidOperationException("no portfolio") : Task.FromResult<Decision>(new Decision.Take(0)),
        });
        world.Issue("a");
        world.Issue("b");
        Assert.Equal(["a", "b"], world.Named(NoticeName.DecideFailed).Select(notice => notice.SignalId));
        Assert.Empty(world.Server.To("claim"));
    }

    [Fact]
    public void A_mistake_of_ours_is_named_and_nothing_new_is_taken_after_it()
    {
        var world = new World();
        world.Ready();
        world.Disk.Script = _ => throw new InvalidOperationException("a mistake");
        world.Issue("a");
        world.Disk.Script = _ => Task.CompletedTask;
        world.Issue("b");
        Assert.Single(world.Named(NoticeName.Broken));
        Assert.Empty(world.Server.To("claim"));
    }

    [Fact]
    public void What_was_declined_is_asked_again_when_something_has_changed()
    {
        var world = new World();
        var mode = "alerts";
        var process = world.Ready(options => options with
        {
            Decide = (_, _) => Task.FromResult<Decision>(mode == "auto" ? new Decision.Take(1) : new Decision.Decline(mode)),
        });
        world.Issue("a");
        mode = "auto";
        world.Do(process.Executor.LookAgain);
        world.Time.Pass(10);
        Assert.Single(world.Venue.Submitted);
    }
}
