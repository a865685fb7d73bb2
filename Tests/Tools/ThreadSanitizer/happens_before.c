// Tells the thread sanitizer how the standard library synchronises threads. Nothing is suppressed:
// the sanitizer learns what happens before what, and judges by that.
//
// Preloaded into processes on Linux: see `run`.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *mutex

// A free Mutex is locked and unlocked by atomic operations in the code that uses it, which the
// sanitizer sees. Waiting for one that another thread holds happens in the standard library, which
// is not built for the sanitizer, and in the kernel: the sanitizer would not see that the unlock
// happens before the lock, and everything that the Mutex guards would look like a race.
//
// The functions of Synchronization._MutexHandle that are more than one atomic operation:
// _lockSlow(UInt32), _tryLockSlow(), _unlockSlow().
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY_LOCK "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

// Present in a process that is built for the sanitizer.
extern void __tsan_acquire(void *address) __attribute__((weak));
extern void __tsan_release(void *address) __attribute__((weak));

SWIFT void lock_slow(uint32_t thread, SELF) __asm__(LOCK);
SWIFT bool try_lock_slow(SELF) __asm__(TRY_LOCK);
SWIFT void unlock_slow(SELF) __asm__(UNLOCK);
SWIFT void swift_task_dealloc(void *memory);
SWIFT extern void *swift_task_getCurrent(void) __attribute__((weak));

// The standard library's own.
static SWIFT void (*next_lock)(uint32_t, SELF);
static SWIFT bool (*next_try_lock)(SELF);
static SWIFT void (*next_unlock)(SELF);
static SWIFT void (*next_dealloc)(void *);

__attribute__((constructor)) static void look_up(void) {
  *(void **)&next_lock = dlsym(RTLD_NEXT, LOCK);
  *(void **)&next_try_lock = dlsym(RTLD_NEXT, TRY_LOCK);
  *(void **)&next_unlock = dlsym(RTLD_NEXT, UNLOCK);
  *(void **)&next_dealloc = dlsym(RTLD_NEXT, "swift_task_dealloc");
}

SWIFT void lock_slow(uint32_t thread, SELF) {
  next_lock(thread, mutex);
  if (__tsan_acquire) __tsan_acquire(mutex);
}

SWIFT bool try_lock_slow(SELF) {
  bool is_taken = next_try_lock(mutex);
  if (is_taken && __tsan_acquire) __tsan_acquire(mutex);
  return is_taken;
}

SWIFT void unlock_slow(SELF) {
  if (__tsan_release) __tsan_release(mutex);
  next_unlock(mutex);
}

// A continuation that is resumed before its task waits for it: the runtime reports the resumption
// (it "releases" the task), but not that the task continues after it. Soon after that, the task
// frees memory.
SWIFT void swift_task_dealloc(void *memory) {
  void *task = swift_task_getCurrent ? swift_task_getCurrent() : 0;
  if (task && __tsan_acquire) __tsan_acquire(task);
  next_dealloc(memory);
}
