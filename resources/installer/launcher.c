/* Rujuk.exe and rujuk-cli.exe: load the Python that current.txt names and run main.py of the app folder it names.

   current.txt is one line, "<runtime folder> <app folder>", beside this program. Where what it names is not there,
   previous.txt is tried. With --trial as the first argument, what trial.txt names runs and nothing else: a new version
   shows what it can before it is current. Nothing is unpacked, downloaded or written; which version runs is decided
   elsewhere. */
#include <windows.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#define LONGEST 32768
#define NAME 96

typedef int (*py_main)(int, wchar_t **);

static wchar_t home[LONGEST], dll[LONGEST], script[LONGEST];

static int fail(int quiet, const wchar_t *why)
{
    if (quiet)
        fwprintf(stderr, L"Rujuk: %ls\n", why);
    else
        MessageBoxW(NULL, why, L"Rujuk", MB_ICONERROR);
    return 3;
}

static int exists(const wchar_t *path)
{
    return GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES;
}

/* One folder name of letters, digits, dots and dashes, up to white space; 0 if it is none or could lead elsewhere. */
static int take_name(const char **at, wchar_t *name)
{
    int length = 0;
    while (**at == ' ')
        (*at)++;
    for (; **at && !isspace((unsigned char)**at); (*at)++) {
        if (!(isalnum((unsigned char)**at) || **at == '-' || **at == '.') || length == NAME - 1)
            return 0;
        name[length++] = (wchar_t)**at;
    }
    name[length] = 0;
    return length > 0 && name[0] != L'.';
}

/* Whether `file` names a runtime and an app that are there; their paths then. */
static int choose(const wchar_t *file, wchar_t *runtime)
{
    static wchar_t path[LONGEST];
    wchar_t names[2][NAME];
    char text[2 * NAME] = {0};
    const char *at = text;
    DWORD got = 0;
    HANDLE handle;

    swprintf(path, LONGEST, L"%ls\\%ls", home, file);
    handle = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING,
                         0, NULL);
    if (handle == INVALID_HANDLE_VALUE)
        return 0;
    ReadFile(handle, text, sizeof text - 1, &got, NULL);
    CloseHandle(handle);
    if (!take_name(&at, names[0]) || !take_name(&at, names[1]))
        return 0;
    swprintf(runtime, LONGEST, L"%ls\\%ls", home, names[0]);
    swprintf(dll, LONGEST, L"%ls\\" PYTHON_LIBRARY, runtime);
    swprintf(script, LONGEST, L"%ls\\%ls\\main.py", home, names[1]);
    return exists(dll) && exists(script);
}

int wmain(int argc, wchar_t **argv)
{
    static wchar_t runtime[LONGEST];
    DWORD length = GetModuleFileNameW(NULL, home, LONGEST - 2 * NAME);
    wchar_t *slash = wcsrchr(home, L'\\'), **arguments;
    int agent = argc > 2 && !wcscmp(argv[1], L"-m") && !wcscmp(argv[2], L"desktop.agent"), quiet = argc > 1;
    int trial = argc > 1 && !wcscmp(argv[1], L"--trial");
    HMODULE python;
    py_main run;

    if (!length || length >= LONGEST - 2 * NAME || !slash)
        return fail(quiet, L"Folder program tidak dapat dibaca.");
    *slash = 0;
    /* Held until this process ends: the setup program asks for these names. */
    CreateMutexW(NULL, FALSE, agent ? L"Local\\Rujuk.agent" : L"Local\\Rujuk");
    if (trial ? !choose(L"trial.txt", runtime) : !choose(L"current.txt", runtime) && !choose(L"previous.txt", runtime))
        return fail(quiet, L"Program tidak lengkap. Data Anda aman. Pasang ulang Rujuk.");
    SetDllDirectoryW(L"");
    AddDllDirectory(runtime);
    python = LoadLibraryExW(dll, NULL, LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | LOAD_LIBRARY_SEARCH_SYSTEM32);
    run = python ? (py_main)(void *)GetProcAddress(python, "Py_Main") : NULL;
    arguments = calloc(argc + 2, sizeof *arguments);
    if (!run || !arguments)
        return fail(quiet, L"Berkas program rusak. Data Anda aman. Pasang ulang Rujuk.");
    arguments[0] = argv[0];
    arguments[1] = script;
    for (int i = 1 + trial; i < argc; i++)
        arguments[i + 1 - trial] = argv[i];
    return run(argc + 1 - trial, arguments);
}

#ifndef CONSOLE
int WINAPI wWinMain(HINSTANCE instance, HINSTANCE before, PWSTR line, int show)
{
    int argc;
    wchar_t **argv = CommandLineToArgvW(GetCommandLineW(), &argc);

    (void)instance, (void)before, (void)line, (void)show;
    return argv ? wmain(argc, argv) : 3;
}
#endif
