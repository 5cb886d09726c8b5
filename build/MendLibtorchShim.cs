using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Makes TorchSharp's Linux shim load on systems whose libstdc++ is older than GCC 13's (Debian 12, Ubuntu 22.04, RHEL 9).
/// The shim asks for GLIBCXX_3.4.32 on behalf of one symbol that nothing calls through, so the requirement is marked
/// weak (VER_FLG_WEAK, 0x2, of the entry in .gnu.version_r: System V ABI, symbol versioning).
/// </summary>
public sealed class MendLibtorchShim : Task
{
    private const string Requirement = "GLIBCXX_3.4.32";
    private const string OnlyUser = "_ZSt21ios_base_library_initv";
    private const ushort Weak = 0x2;

    [Required]
    public string File { get; set; }

    public override bool Execute()
    {
        try
        {
            byte[] image = System.IO.File.ReadAllBytes(File);
            if (new Elf(image).Weaken(Requirement, OnlyUser))
            {
                Replace(image);
                Log.LogMessage(MessageImportance.Normal, "{0}: {1} is now a weak requirement.", File, Requirement);
            }

            return true;
        }
        catch (Exception e) when (e is InvalidDataException || e is IOException || e is UnauthorizedAccessException)
        {
            Log.LogError(
                "{0} is not the TorchSharp shim this build knows how to mend: {1} Check TorchSharpVersion in "
                    + "Directory.Packages.props, or build with -p:MendLibtorchShim=false where libstdc++ is GCC 13 or newer.",
                File,
                e.Message);
            return false;
        }
    }

    /// <summary>Writes a new file over the old name: the old one may be a hard link to the package's own file.</summary>
    private void Replace(byte[] image)
    {
        string mended = File + ".mended";
        DateTime stamp = System.IO.File.GetLastWriteTimeUtc(File);
        System.IO.File.WriteAllBytes(mended, image);
        System.IO.File.SetLastWriteTimeUtc(mended, stamp); // an incremental copy compares size and time
        System.IO.File.Delete(File);
        System.IO.File.Move(mended, File);
    }

    private sealed class Elf
    {
        private const uint DynamicSymbols = 11, VersionNeeds = 0x6ffffffe, VersionOfSymbol = 0x6fffffff;
        private readonly byte[] image;
        private readonly List<Section> sections = new List<Section>();

        public Elf(byte[] image)
        {
            this.image = image;
            if (image.Length < 64 || image[0] != 0x7f || image[1] != 'E' || image[2] != 'L' || image[3] != 'F')
            {
                throw new InvalidDataException("it is no ELF file.");
            }

            if (image[4] != 2 || image[5] != 1)
            {
                throw new InvalidDataException("it is not a 64-bit little-endian ELF file.");
            }

            long table = (long)UInt64(0x28);
            int size = UInt16(0x3a), count = UInt16(0x3c);
            for (int i = 0; i < count; i++)
            {
                long at = table + (long)i * size;
                sections.Add(new Section(UInt32(at + 4), (long)UInt64(at + 24), (long)UInt64(at + 32), UInt32(at + 40)));
            }
        }

        /// <summary>True if the image was changed, false if the requirement is weak already.</summary>
        public bool Weaken(string requirement, string onlyUser)
        {
            Section needs = Single(VersionNeeds, ".gnu.version_r");
            Section names = At(needs.Link);
            for (long need = needs.Offset; ;)
            {
                int count = UInt16(need + 2);
                long entry = need + UInt32(need + 8);
                for (int i = 0; i < count; i++, entry += UInt32(entry + 12))
                {
                    if (Text(names, UInt32(entry + 8)) == requirement)
                    {
                        return WeakenEntry(entry, requirement, onlyUser);
                    }
                }

                uint next = UInt32(need + 12);
                if (next == 0)
                {
                    throw new InvalidDataException("it does not ask for " + requirement + ".");
                }

                need += next;
            }
        }

        private bool WeakenEntry(long entry, string requirement, string onlyUser)
        {
            string[] users = SymbolsOfVersion(UInt16(entry + 6)).ToArray();
            if (users.Length != 1 || users[0] != onlyUser)
            {
                throw new InvalidDataException(
                    requirement + " is asked for by " + (users.Length == 0 ? "no symbol" : string.Join(", ", users)) + " and not by " + onlyUser + " alone.");
            }

            ushort flags = UInt16(entry + 4);
            if ((flags & Weak) != 0)
            {
                return false;
            }

            image[entry + 4] |= (byte)Weak; // little-endian: the low byte comes first
            return true;
        }

        private IEnumerable<string> SymbolsOfVersion(ushort version)
        {
            Section symbols = Single(DynamicSymbols, ".dynsym"), versions = Single(VersionOfSymbol, ".gnu.version");
            for (int i = 0; i < versions.Size / 2; i++)
            {
                if (UInt16(versions.Offset + 2 * i) == version)
                {
                    yield return Text(At(symbols.Link), UInt32(symbols.Offset + 24 * i));
                }
            }
        }

        private Section Single(uint type, string name)
        {
            Section[] found = sections.Where(s => s.Type == type).ToArray();
            return found.Length == 1 ? found[0] : throw new InvalidDataException("it has " + found.Length + " sections " + name + " instead of one.");
        }

        private Section At(uint index) =>
            index < sections.Count ? sections[(int)index] : throw new InvalidDataException("it names a section that is not there.");

        private string Text(Section table, uint offset)
        {
            int start = (int)Within(table.Offset + offset, 1);
            int end = Array.IndexOf(image, (byte)0, start);
            return Encoding.ASCII.GetString(image, start, (end < 0 ? image.Length : end) - start);
        }

        private ushort UInt16(long at) => (ushort)UIntOf(at, 2);

        private uint UInt32(long at) => (uint)UIntOf(at, 4);

        private ulong UInt64(long at) => UIntOf(at, 8);

        private ulong UIntOf(long at, int bytes)
        {
            Within(at, bytes);
            ulong value = 0;
            for (int i = bytes - 1; i >= 0; i--)
            {
                value = value << 8 | image[at + i];
            }

            return value;
        }

        private long Within(long at, int bytes) =>
            at >= 0 && at <= image.Length - bytes ? at : throw new InvalidDataException("it is cut short.");

        private readonly struct Section
        {
            public Section(uint type, long offset, long size, uint link) => (Type, Offset, Size, Link) = (type, offset, size, link);

            public uint Type { get; }

            public long Offset { get; }

            public long Size { get; }

            public uint Link { get; }
        }
    }
}
