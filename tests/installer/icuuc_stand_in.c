/*
 * For tests under wine 8 alone: Windows 10 brings icuuc.dll, wine does not. Qt's core only has to load; every converter
 * says that it does not exist, and Qt then uses its own. Never shipped.
 */
#define EXPORTED __declspec(dllexport)

enum { FILE_ACCESS_ERROR = 4, UNSUPPORTED_ERROR = 16 };

static void say(int *status, int error)
{
    if (status)
        *status = error;
}

EXPORTED void UCNV_TO_U_CALLBACK_SUBSTITUTE(void) {}
EXPORTED void UCNV_FROM_U_CALLBACK_SUBSTITUTE(void) {}
EXPORTED void *ucnv_open(const char *name, int *status) { (void)name; say(status, FILE_ACCESS_ERROR); return 0; }
EXPORTED void ucnv_close(void *converter) { (void)converter; }
EXPORTED void ucnv_reset(void *converter) { (void)converter; }
EXPORTED signed char ucnv_getMaxCharSize(const void *converter) { (void)converter; return 1; }
EXPORTED const char *ucnv_getName(const void *converter, int *status) { (void)converter; say(status, FILE_ACCESS_ERROR); return 0; }
EXPORTED const char *ucnv_getStandardName(const char *name, const char *standard, int *status) { (void)name, (void)standard; say(status, FILE_ACCESS_ERROR); return 0; }
EXPORTED int ucnv_countAvailable(void) { return 0; }
EXPORTED const char *ucnv_getAvailableName(int number) { (void)number; return 0; }
EXPORTED int ucnv_toUCountPending(const void *converter, int *status) { (void)converter; say(status, 0); return 0; }
EXPORTED void ucnv_getToUCallBack(const void *converter, void **action, const void **context)
{
    (void)converter;
    if (action)
        *action = 0;
    if (context)
        *context = 0;
}
EXPORTED void ucnv_setFromUCallBack(void *converter, void *action, const void *context, void **old_action, const void **old_context, int *status)
{
    (void)converter, (void)action, (void)context;
    if (old_action)
        *old_action = 0;
    if (old_context)
        *old_context = 0;
    say(status, 0);
}
EXPORTED void ucnv_setToUCallBack(void *converter, void *action, const void *context, void **old_action, const void **old_context, int *status)
{
    ucnv_setFromUCallBack(converter, action, context, old_action, old_context, status);
}
EXPORTED void ucnv_fromUnicode(void *converter, char **target, const char *target_end, const void **source, const void *source_end, int *offsets, signed char flush, int *status)
{
    (void)converter, (void)target, (void)target_end, (void)source, (void)source_end, (void)offsets, (void)flush;
    say(status, UNSUPPORTED_ERROR);
}
EXPORTED void ucnv_toUnicode(void *converter, void **target, const void *target_end, const char **source, const char *source_end, int *offsets, signed char flush, int *status)
{
    (void)converter, (void)target, (void)target_end, (void)source, (void)source_end, (void)offsets, (void)flush;
    say(status, UNSUPPORTED_ERROR);
}
EXPORTED void ucnv_cbToUWriteUChars(void *arguments, const void *source, int length, int offset, int *status)
{
    (void)arguments, (void)source, (void)length, (void)offset;
    say(status, 0);
}
