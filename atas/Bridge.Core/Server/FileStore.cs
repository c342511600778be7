using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using System.Threading.Tasks;
using Tapewire.Bridge.Wire;

namespace Tapewire.Bridge.Server;

/// <summary>
/// A file of JSON lines that only grows. A record is there when its line has ended: a crash can tear the last line and nothing
/// else, and whoever wrote that one was never told that it was on disk. Records that arrive while the disk is busy go
/// together, with one sync. A second copy of the strategy on the same file is refused: <c>.lock</c> is held open beside it.
/// </summary>
public sealed class FileStore : IStore, IAsyncDisposable
{
    private readonly string _path;
    private readonly Channel<Waiting> _waiting = Channel.CreateUnbounded<Waiting>(new UnboundedChannelOptions { SingleReader = true });
    private FileStream? _lock;
    private FileStream? _file;
    private Task _writing = Task.CompletedTask;

    /// <summary>Bytes of whole lines.</summary>
    private long _length;

    private IOException? _broken;

    public FileStore(string path)
    {
        _path = path;
    }

    /// <exception cref="StoreDamagedException">A line in the middle is not a record; it is named.</exception>
    /// <exception cref="IOException">It cannot be opened, or another process has it.</exception>
    public Task<IReadOnlyList<LedgerRecord>> Load() => Task.Run(LoadNow);

    public Task Append(LedgerRecord record)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var line = LineOf(record);
        return _waiting.Writer.TryWrite(new Waiting(line, done))
            ? done.Task
            : Task.FromException(new IOException($"{_path} is closed"));
    }

    public Task Compact(IReadOnlyList<LedgerRecord> records) => Task.Run(() =>
    {
        var beside = $"{_path}.new";
        using (var file = new FileStream(beside, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            foreach (var record in records) file.Write(LineOf(record));
            file.Flush(flushToDisk: true);
        }
        // Windows renames over a file only when nobody has it open.
        _file?.Dispose();
        File.Move(beside, _path, overwrite: true);
        _file = OpenToWrite();
        _length = _file.Length;
    });

    /// <summary>What was handed in is still written.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _writing.ConfigureAwait(false);
        if (_file is not null) await _file.DisposeAsync().ConfigureAwait(false);
        if (_lock is not null) await _lock.DisposeAsync().ConfigureAwait(false);
    }

    private IReadOnlyList<LedgerRecord> LoadNow()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(_path))!);
        try
        {
            _lock = new FileStream($"{_path}.lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error)
        {
            throw new IOException($"another copy of this strategy uses {_path}, or it cannot be written: {error.Message}", error);
        }
        var bytes = File.Exists(_path) ? File.ReadAllBytes(_path) : [];
        _length = Array.LastIndexOf(bytes, (byte)'\n') + 1;
        var records = new List<LedgerRecord>();
        var lines = Encoding.UTF8.GetString(bytes, 0, (int)_length).Split('\n');
        for (var index = 0; index < lines.Length - 1; index += 1) records.Add(RecordOf(lines[index], $"{_path}, line {index + 1}"));
        _file = OpenToWrite();
        _file.SetLength(_length);
        _file.Flush(flushToDisk: true);
        _writing = Task.Run(WriteAll);
        return records;
    }

    private FileStream OpenToWrite()
    {
        // No buffer of its own: half of what is in one would be written at some later time.
        var file = new FileStream(_path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        file.Seek(0, SeekOrigin.End);
        return file;
    }

    private async Task WriteAll()
    {
        while (await _waiting.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            var batch = new List<Waiting>();
            while (_waiting.Reader.TryRead(out var next)) batch.Add(next);
            try
            {
                Write(batch);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                foreach (var (_, done) in batch) done.SetException(error);
                continue;
            }
            foreach (var (_, done) in batch) done.SetResult();
        }
    }

    private void Write(List<Waiting> batch)
    {
        if (_broken is not null) throw _broken;
        try
        {
            _file!.Position = _length;
            foreach (var (line, _) in batch) _file.Write(line);
            _file.Flush(flushToDisk: true);
            _length = _file.Position;
        }
        catch (IOException error)
        {
            TakeBack(error);
            throw;
        }
    }

    /// <summary>Half a line in the middle would be damage. When even that cannot be removed, nothing more is written.</summary>
    private void TakeBack(IOException cause)
    {
        try
        {
            _file!.SetLength(_length);
        }
        catch (IOException error)
        {
            _broken = new IOException($"half a record could not be removed from {_path}: {error.Message}", cause);
        }
    }

    private static byte[] LineOf(LedgerRecord record) =>
        [.. JsonSerializer.SerializeToUtf8Bytes(record, WireJson.Options), (byte)'\n'];

    private static LedgerRecord RecordOf(string line, string where)
    {
        try
        {
            return WireJson.Read<LedgerRecord>(line);
        }
        // Polymorphism tells an unknown kind by the second.
        catch (Exception error) when (error is JsonException or NotSupportedException)
        {
            throw new StoreDamagedException($"{where} is not a record", error);
        }
    }

    private sealed record Waiting(byte[] Line, TaskCompletionSource Done);
}
