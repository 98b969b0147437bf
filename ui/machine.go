package ui

import "time"

// MachineModel is the state of this machine and of its links (đường truyền).
type MachineModel struct {
	Shell    Shell
	Node     string
	Steps    []Step // the five stages with how many stand at each
	Quorum   string // "Còn 4 trong 5 máy: đủ để đồng thuận"
	Cut      bool   // too few machines to agree
	Members  []Machine
	Waiting  Waiting
	First    Captures  // the first few that wait
	Upstream *Upstream // nil: no province
	Balance  *Balance
	Facts    []Fact    // about this machine alone
	Backup   *Backups  // nil: not theirs to look after
	Machines *Machines // likewise
	Checkup  *Checkup  // likewise
	Leaving  *Leaving  // nil: its ward stands
	Build    string
	Gap      *Gap
}

// Machine is one member of the cluster.
type Machine struct {
	Name, Unit string
	Role       string // "Dẫn dắt", "Bỏ phiếu", "Dự phòng"
	Link       LinkState
	Index      int
	Behind     int
	Digest     Digest
	Here       bool
	Off        bool // dashed: figures are as last heard
	Build      string
	Clock      string // what is wrong with its clock; empty: nothing
}

// Digest is how the machine's register compares with the others.
type Digest string

const (
	DigestEqual   Digest = "equal"
	DigestUnknown Digest = "unknown" // not compared yet
	DigestDiffers Digest = "differs"
)

// Equal and Differs let a template ask without comparing.
func (d Digest) Equal() bool   { return d == DigestEqual }
func (d Digest) Differs() bool { return d == DigestDiffers }

// Upstream is the line to the province.
type Upstream struct {
	Cursor, Head int // places in the feed
	Lag          int // records not yet received there
	LastReceipt  time.Time
	Parked       int
	ParkedHref   string
	Say          string // "Tỉnh trả lời “đang nghẽn” từ 11:40. …"
	Late         bool
}

// Balance says that nothing is left behind: what was created on this machine on
// a day stands somewhere (đối số).
type Balance struct {
	Day        time.Time
	Created    int
	Parts      []Count // what stands nowhere is not among them
	Difference int
	Href       string // the names behind a difference
}

// ProvinceModel is what the clusters send (các cụm gửi về).
type ProvinceModel struct {
	Shell Shell
	AsOf  time.Time
	Rows  []ClusterRow
	Total ClusterRow
	Late  int // how many are late
	Gap   *Gap
}

// ClusterRow is one cluster as the province knows it.
type ClusterRow struct {
	Name, Code    string
	Href          string
	Last          time.Time // last parcel received; zero: none yet
	Seq           int
	Lag           string // "2 giờ 27 phút"; empty: none
	Stale         bool
	Received      int
	Refused       int
	RefusedHref   string
	Captured      int
	Activated     int
	CapturedHref  string
	ActivatedHref string
	ActivatedOf   Ratio // of captured
	Fork          bool  // two parcels with one number
}
