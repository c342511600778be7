using System;
using System.IO;

namespace Tapewire.Bridge.Server;

/// <summary>The key to the server stands in a file, alone on its line, and never in a setting, a log or an error.</summary>
public static class KeyFile
{
    /// <exception cref="KeyFileException">Says what to do.</exception>
    public static string Read(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new KeyFileException($"the key file {path} cannot be read ({error.Message}). Tapewire prints the path of its api-key at the first start.", error);
        }
        var key = text.Trim();
        foreach (var character in key)
        {
            // What cannot stand in a header. The key itself is not told.
            if (character is <= ' ' or > '~') throw new KeyFileException($"the key file {path} must hold the key and nothing else");
        }
        return key.Length > 0 ? key : throw new KeyFileException($"the key file {path} is empty");
    }
}

public sealed class KeyFileException : Exception
{
    public KeyFileException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
