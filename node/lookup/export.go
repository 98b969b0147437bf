package lookup

import (
	"context"
	"io"
	"time"

	"gocua/store/command"
)

// MakeExport writes a file and says of how many people it is; now and then it
// tells how far it has come. It ends when ctx does.
type MakeExport func(ctx context.Context, w io.Writer, progress func(done int)) (people int, err error)

// ExportJob is one large file of a list, made while whoever asked does something
// else (bản xuất).
type ExportJob struct {
	ID      string
	Name    string // of the file
	Scope   string // whom it is of, in words
	Officer command.ID
	State   string // as of an import
	Held    bool   // another one is being made first
	Done    int    // people so far
	Size    int64  // bytes, once it is done
	Code    string // why it failed
	Error   string
	Started time.Time
	Ended   time.Time
	Until   time.Time // it is thrown away then
}
