/* Loaded before the C library (LD_PRELOAD): counts the calls that change files below one folder, and at a given one
   kills the process, as a power switch would, or lets the call fail, as a full or broken disk does. Python's own calls
   and those of SQLite are counted alike. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum { RENAME = 1, UNLINK = 2, FSYNC = 4, WRITE = 8, CREATE = 16 };

static char below[PATH_MAX];
static int kinds, at, error, sticky, count;

/* Count the calls of some kinds below a folder. At number `number` (from 1; 0: never) kill the process, or with an
   error number fail; `stays` lets all further calls fail too, as on a full disk. */
void torture_arm(const char *folder, int which, int number, int errno_value, int stays)
{
    snprintf(below, sizeof below, "%s/", folder);
    kinds = which, at = number, error = errno_value, sticky = stays, count = 0;
}

int torture_count(void) { return count; }

static int strike(int kind, const char *path)
{
    if (!(kinds & kind) || strncmp(path, below, strlen(below)))
        return 0;
    int number = __atomic_add_fetch(&count, 1, __ATOMIC_SEQ_CST);
    if (!at || (sticky ? number < at : number != at))
        return 0;
    if (!error)
        kill(getpid(), SIGKILL);
    errno = error;
    return 1;
}

static int strike_file(int kind, int file)
{
    char link[64], path[PATH_MAX];
    if (!(kinds & kind))
        return 0;
    int saved = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 2);
    errno = saved;
    if (length <= 0)
        return 0;
    strcpy(path + length, kind == FSYNC ? "/" : "");
    return strike(kind, path);
}

static int strike_at(int kind, int folder, const char *name)
{
    char path[2 * PATH_MAX], link[64];
    if (!(kinds & kind))
        return 0;
    if (name[0] == '/' || folder == AT_FDCWD)
        return strike(kind, name);
    snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
    ssize_t length = readlink(link, path, PATH_MAX);
    if (length <= 0)
        return 0;
    snprintf(path + length, sizeof path - length, "/%s", name);
    return strike(kind, path);
}

#define REAL(result, name, ...) \
    static result (*real)(__VA_ARGS__); \
    if (!real) \
        real = (result (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name);

int rename(const char *from, const char *to)
{
    REAL(int, rename, const char *, const char *)
    return strike(RENAME, to) ? -1 : real(from, to);
}

int renameat(int from_folder, const char *from, int to_folder, const char *to)
{
    REAL(int, renameat, int, const char *, int, const char *)
    return strike_at(RENAME, to_folder, to) ? -1 : real(from_folder, from, to_folder, to);
}

int unlink(const char *path)
{
    REAL(int, unlink, const char *)
    return strike(UNLINK, path) ? -1 : real(path);
}

int unlinkat(int folder, const char *path, int flags)
{
    REAL(int, unlinkat, int, const char *, int)
    return strike_at(UNLINK, folder, path) ? -1 : real(folder, path, flags);
}

int rmdir(const char *path)
{
    REAL(int, rmdir, const char *)
    return strike(UNLINK, path) ? -1 : real(path);
}

int mkdir(const char *path, mode_t mode)
{
    REAL(int, mkdir, const char *, mode_t)
    return strike(CREATE, path) ? -1 : real(path, mode);
}

int fsync(int file)
{
    REAL(int, fsync, int)
    return strike_file(FSYNC, file) ? -1 : real(file);
}

int fdatasync(int file)
{
    REAL(int, fdatasync, int)
    return strike_file(FSYNC, file) ? -1 : real(file);
}

ssize_t write(int file, const void *bytes, size_t size)
{
    REAL(ssize_t, write, int, const void *, size_t)
    return strike_file(WRITE, file) ? -1 : real(file, bytes, size);
}

ssize_t pwrite(int file, const void *bytes, size_t size, off_t offset)
{
    REAL(ssize_t, pwrite, int, const void *, size_t, off_t)
    return strike_file(WRITE, file) ? -1 : real(file, bytes, size, offset);
}

ssize_t pwrite64(int file, const void *bytes, size_t size, off64_t offset)
{
    REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t)
    return strike_file(WRITE, file) ? -1 : real(file, bytes, size, offset);
}

int ftruncate64(int file, off64_t size)
{
    REAL(int, ftruncate64, int, off64_t)
    return strike_file(WRITE, file) ? -1 : real(file, size);
}

ssize_t sendfile(int to, int from, off_t *offset, size_t size)
{
    REAL(ssize_t, sendfile, int, int, off_t *, size_t)
    return strike_file(WRITE, to) ? -1 : real(to, from, offset, size);
}

ssize_t sendfile64(int to, int from, off64_t *offset, size_t size)
{
    REAL(ssize_t, sendfile64, int, int, off64_t *, size_t)
    return strike_file(WRITE, to) ? -1 : real(to, from, offset, size);
}

int open(const char *path, int flags, ...)
{
    REAL(int, open, const char *, int, ...)
    va_list rest;
    va_start(rest, flags);
    int mode = va_arg(rest, int);
    va_end(rest);
    return (flags & O_CREAT) && strike(CREATE, path) ? -1 : real(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    REAL(int, open64, const char *, int, ...)
    va_list rest;
    va_start(rest, flags);
    int mode = va_arg(rest, int);
    va_end(rest);
    return (flags & O_CREAT) && strike(CREATE, path) ? -1 : real(path, flags, mode);
}
