using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Tapewire.Bridge.Server;
using Xunit;

namespace Tapewire.Bridge.Tests.Server;

public sealed class FileStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tapewire-store-").FullName;

    private string FilePath => Path.Combine(_folder, "deeper", "executor.jsonl");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task It_has_everything_again_that_it_was_given_in_order_and_what_was_compacted_in_its_place()
    {
        var many = Enumerable.Range(0, 200).Select(index => Record($"é{index}")).ToList();
        Assert.Empty(await With(async store => await Task.WhenAll(many.Select(store.Append))));
        Assert.Equal(many, await With(async store =>
        {
            await store.Compact([.. many.Take(3)]);
            await store.Append(Record("last"));
        }));
        Assert.Equal([.. many.Take(3), Record("last")], await With(_ => Task.CompletedTask));
    }

    [Fact]
    public async Task A_torn_last_line_is_forgotten_wherever_it_is_torn_and_it_writes_on_behind_the_whole_ones()
    {
        await With(async store =>
        {
            await store.Append(Record("a"));
            await store.Append(Record("b"));
        });
        var whole = await File.ReadAllBytesAsync(FilePath);
        for (var cut = Array.IndexOf(whole, (byte)'\n') + 1; cut < whole.Length; cut += 1)
        {
            await File.WriteAllBytesAsync(FilePath, whole[..cut]);
            Assert.Equal([Record("a")], await With(store => store.Append(Record("c"))));
            Assert.Equal([Record("a"), Record("c")], await With(_ => Task.CompletedTask));
        }
        // A power cut may leave a longer file, with nothing in it yet.
        await File.WriteAllBytesAsync(FilePath, [.. whole, .. new byte[512]]);
        Assert.Equal([Record("a"), Record("b")], await With(_ => Task.CompletedTask));
    }

    [Theory]
    [InlineData("half a li")]
    [InlineData("{\"kind\":\"of a later version\"}")]
    [InlineData("{}")]
    [InlineData("null")]
    public async Task A_bad_line_in_the_middle_is_named_and_nothing_is_guessed(string line)
    {
        await With(store => store.Append(Record("a")));
        await File.AppendAllTextAsync(FilePath, $"{line}\n");
        var error = await Assert.ThrowsAsync<StoreDamagedException>(() => With(_ => Task.CompletedTask));
        Assert.Equal($"{FilePath}, line 2 is not a record", error.Message);
    }

    [Fact]
    public async Task A_second_copy_of_the_strategy_is_refused_its_file()
    {
        await using var first = new FileStore(FilePath);
        await first.Load();
        await using (var second = new FileStore(FilePath))
        {
            var error = await Assert.ThrowsAsync<IOException>(second.Load);
            Assert.StartsWith("another copy of this strategy", error.Message, StringComparison.Ordinal);
        }
        await first.Append(Record("a"));
    }

    [Fact]
    public async Task What_it_cannot_write_is_an_error()
    {
        var store = new FileStore(FilePath);
        await store.Load();
        await store.DisposeAsync();
        await Assert.ThrowsAsync<IOException>(() => store.Append(Record("a")));
    }

    [Fact]
    public async Task Every_kind_of_record_comes_back()
    {
        var report = new QueuedReport("a.default", new Bridge.Wire.ReportBody
        {
            ReportId = "r", Session = "s", Epoch = 1, Fence = 2, Type = Bridge.Wire.ReportType.NotSent, Leg = Bridge.Wire.Leg.Tp1,
        });
        LedgerRecord[] records =
        [
            new LedgerRecord.Intended(new ClaimIntent("a", "default", Bridge.Wire.Intent.Entry, "k", "i", "s", 1)),
            new LedgerRecord.Submitting("a", new Submission("a.default", 2, "s", 1, "tw-1", Bridge.Wire.Leg.Entry)),
            new LedgerRecord.Reporting(report),
            new LedgerRecord.Reported("r", new ReportRefusal("CODE", "detail")),
            new LedgerRecord.OutcomeKept("a", Bridge.Wire.ReportType.Filled, HasPosition: true, GivenBack: false),
        ];
        await With(async store =>
        {
            foreach (var record in records) await store.Append(record);
        });
        Assert.Equal(records, await With(_ => Task.CompletedTask));
    }

    private static LedgerRecord.ClaimRefused Record(string signalId) => new LedgerRecord.ClaimRefused(signalId, "EXPIRED");

    /// <returns>what it had at first</returns>
    private async Task<IReadOnlyList<LedgerRecord>> With(Func<FileStore, Task> use)
    {
        await using var store = new FileStore(FilePath);
        var records = await store.Load();
        await use(store);
        return records;
    }
}

public sealed class KeyFileTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void A_key_stands_alone_on_its_line()
    {
        File.WriteAllText(_path, "tw_abc123\r\n");
        Assert.Equal("tw_abc123", KeyFile.Read(_path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \n")]
    [InlineData("secret one\n")]
    [InlineData("sécret\n")]
    public void What_is_no_key_is_refused_without_being_told(string text)
    {
        File.WriteAllText(_path, text, Encoding.UTF8);
        var error = Assert.Throws<KeyFileException>(() => KeyFile.Read(_path));
        Assert.Contains(_path, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("cret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_says_what_to_do()
    {
        var error = Assert.Throws<KeyFileException>(() => KeyFile.Read(_path + ".missing"));
        Assert.Contains("api-key", error.Message, StringComparison.Ordinal);
        Assert.Throws<KeyFileException>(() => KeyFile.Read(""));
    }
}
