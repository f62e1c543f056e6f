#pragma once
#include <features.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* Starts a program, which is found as a shell finds it; a file without #! is run by /bin/sh, as shells do too. It gets
   these arguments and this environment, both ended by a null pointer, and `input` as its standard input. It handles all
   signals in the default way, but ignores those in `ignored`, and blocks none.

   The kernel kills it when the calling thread ends, whichever way, so call this on a thread that lives as long as the
   process. Swift cannot do this: it has neither fork nor prctl, and posix_spawn has no attribute for it.

   Returns 0, or the errno of what failed. */
static inline int process_start(
    pid_t *child, char *const arguments[], char *const environment[], int input, const sigset_t *ignored) {
    int report[2];
    if (pipe(report) != 0) return errno;
    for (int end = 0; end < 2; end++) fcntl(report[end], F_SETFD, FD_CLOEXEC);
    sigset_t all, before;
    sigfillset(&all);
    /* No handler of this process runs in the child. */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t parent = getpid();
    pid_t id = fork();
    if (id == 0) {
        /* Another thread may hold any lock, so only calls that are safe in a signal handler are allowed here. */
        for (int number = 1; number < NSIG; number++) {
            struct sigaction action = {0};
            action.sa_handler = sigismember(ignored, number) == 1 ? SIG_IGN : SIG_DFL;
            sigaction(number, &action, 0);
        }
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        /* The parent may have ended before the kernel was asked to watch it. */
        if (getppid() != parent) _exit(127);
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, 0);
        environ = (char **)environment;
        if (input != STDIN_FILENO) dup2(input, STDIN_FILENO);
        execvp(arguments[0], arguments);
        int code = errno;
        if (write(report[1], &code, sizeof code) < 0) _exit(126);
        _exit(127);
    }
    int code = id < 0 ? errno : 0;
    pthread_sigmask(SIG_SETMASK, &before, 0);
    close(report[1]);
    if (id > 0) {
        /* The end of the pipe means that the program runs. */
        ssize_t count;
        do count = read(report[0], &code, sizeof code);
        while (count < 0 && errno == EINTR);
        if (count > 0) waitpid(id, 0, 0);
    }
    close(report[0]);
    *child = id;
    return code;
}
