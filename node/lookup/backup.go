package lookup

// BackupStatus is how the machine's backups stand (sao lưu).
type BackupStatus struct {
	Recipients int         `json:"recipients"`     // how many people can open them; 0: none are made
	At         string      `json:"at"`             // time of the nightly one, hh:mm at UTC+7
	Warn       string      `json:"warn,omitempty"` // BackupNone, BackupAhead, BackupOld or BackupFailed
	Newest     *BackupMade `json:"newest,omitempty"`
	Running    bool        `json:"running,omitempty"`
	Failed     string      `json:"failed,omitempty"` // code of why the last one was not made
}

// BackupMade is one backup.
type BackupMade struct {
	File     string `json:"-"` // where it lies is nobody's business but its owner's
	Time     string `json:"time"`
	Age      int64  `json:"age_ms"`
	Size     int64  `json:"size"` // bytes
	Index    uint64 `json:"index"`
	Records  uint64 `json:"records"`
	Verified bool   `json:"verified"` // restored into a scratch directory and found equal
}

// What is wrong with the backups.
const (
	BackupNone   = "backup_none"   // there has never been one
	BackupAhead  = "backup_ahead"  // the newest bears a time that is yet to come
	BackupOld    = "backup_old"    // the newest is older than three days
	BackupFailed = "backup_failed" // the last try came to nothing
)
