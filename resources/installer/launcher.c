/*
 * Rujuk.exe and rujuk-cli.exe: find the version that current.txt names and let its Python run app\main.pyc.
 *
 * current.txt holds two names, "<runtime folder> <app folder>", both beside this program. Where that version cannot be
 * started because a file of it is not there, previous.txt is tried. Nothing is unpacked and nothing is written here.
 */
#include <windows.h>
#include <stdio.h>
#include <wchar.h>

#define LONGEST 32768
#define NAME 96

typedef int (*PythonMain)(int, wchar_t **);

static wchar_t here[LONGEST];

static int complain(const wchar_t *words)
{
#ifdef CONSOLE
    fwprintf(stderr, L"%ls\n", words);
#else
    MessageBoxW(NULL, words, L"Rujuk", MB_ICONERROR | MB_SETFOREGROUND);
#endif
    return 3;
}

/* A name from the file that can only be a folder beside us: letters, digits, dot, dash. */
static int is_plain(char sign)
{
    return (sign >= 'a' && sign <= 'z') || (sign >= 'A' && sign <= 'Z') || (sign >= '0' && sign <= '9')
        || sign == '.' || sign == '-';
}

static int read_names(const wchar_t *file, wchar_t names[2][NAME])
{
    static wchar_t path[LONGEST + 32];
    char text[2 * NAME + 8];
    DWORD size = 0;
    int word = 0, length = 0;
    swprintf(path, LONGEST + 32, L"%ls\\%ls", here, file);
    HANDLE handle = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_DELETE, NULL, OPEN_EXISTING, 0, NULL);
    if (handle == INVALID_HANDLE_VALUE)
        return 0;
    BOOL read = ReadFile(handle, text, sizeof(text) - 1, &size, NULL);
    CloseHandle(handle);
    if (!read)
        return 0;
    for (DWORD place = 0; place <= size && word < 2; place++) {
        char sign = place < size ? text[place] : ' ';
        if (is_plain(sign) && length < NAME - 1) {
            names[word][length++] = (wchar_t)sign;
        } else if (sign == ' ' || sign == '\r' || sign == '\n') {
            names[word][length] = 0;
            word += length > 0;
            length = 0;
        } else {
            return 0;
        }
    }
    return word == 2;
}

static HMODULE load_version(const wchar_t *file, wchar_t *start)
{
    static wchar_t names[2][NAME], library[LONGEST + 2 * NAME];
    if (!read_names(file, names))
        return NULL;
    swprintf(library, LONGEST + 2 * NAME, L"%ls\\%ls\\" PYTHON_LIBRARY, here, names[0]);
    swprintf(start, LONGEST + 2 * NAME, L"%ls\\%ls\\main.pyc", here, names[1]);
    if (GetFileAttributesW(start) == INVALID_FILE_ATTRIBUTES)
        return NULL;
    return LoadLibraryExW(library, NULL, LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | LOAD_LIBRARY_SEARCH_SYSTEM32);
}

static int run(int count, wchar_t **given)
{
    static wchar_t start[LONGEST + 2 * NAME];
    DWORD length = GetModuleFileNameW(NULL, here, LONGEST - 1);
    wchar_t *end = wcsrchr(here, L'\\');
    if (length == 0 || length >= LONGEST - 1 || end == NULL)
        return complain(L"Letak program tidak dapat dibaca. Pasang ulang Rujuk; data pasien tetap aman.");
    *end = 0;
    SetDllDirectoryW(L"");
    HMODULE python = load_version(L"current.txt", start);
    if (python == NULL)
        python = load_version(L"previous.txt", start);
    if (python == NULL)
        return complain(L"Berkas program Rujuk tidak lengkap. Pasang ulang Rujuk; data pasien tetap aman.");
    PythonMain python_main = (PythonMain)(void *)GetProcAddress(python, "Py_Main");
    wchar_t **handed = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof(*handed) * (size_t)(count + 2));
    if (python_main == NULL || handed == NULL)
        return complain(L"Berkas program Rujuk rusak. Pasang ulang Rujuk; data pasien tetap aman.");
    handed[0] = given[0];
    handed[1] = start;
    for (int place = 1; place < count; place++)
        handed[place + 1] = given[place];
    return python_main(count + 1, handed);
}

#ifdef CONSOLE
int wmain(int count, wchar_t **given)
{
    return run(count, given);
}
#else
int WINAPI wWinMain(HINSTANCE instance, HINSTANCE before, PWSTR line, int show)
{
    int count = 0;
    wchar_t **given = CommandLineToArgvW(GetCommandLineW(), &count);
    (void)instance, (void)before, (void)line, (void)show;
    return given == NULL ? 3 : run(count, given);
}
#endif
