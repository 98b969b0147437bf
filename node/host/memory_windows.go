package host

import (
	"unsafe"

	"golang.org/x/sys/windows"
)

// memoryStatus is MEMORYSTATUSEX.
type memoryStatus struct {
	length, load                                                              uint32
	total, free, totalPage, freePage, totalVirtual, freeVirtual, freeExtended uint64
}

// InstalledMemory is the memory of this computer, bytes; 0: unknown.
func InstalledMemory() int64 {
	var s memoryStatus
	s.length = uint32(unsafe.Sizeof(s))
	ok, _, _ := windows.NewLazySystemDLL("kernel32.dll").NewProc("GlobalMemoryStatusEx").Call(uintptr(unsafe.Pointer(&s)))
	if ok == 0 {
		return 0
	}
	return int64(min(s.total, 1<<62))
}
