package archtest

// anything is the right of a package that stands above all others.
var anything = []string{"*"}

// mayImport says which of our packages a package may import. A package that is
// not listed here may not exist. Tests are exempt, with one exception: nothing
// below store is tested through node.
var mayImport = map[string][]string{
	".": {"node/cli"},

	"store/command":       {},
	"store/civic":         {"store/command"},
	"store":               {"store/command"},
	"store/storetest":     {"store/command"}, // alters a register behind its back; imported by tests only
	"store/frame":         {},                // one record of a file that is only appended to; what outbox and audit would each write anew
	"store/audit":         {"store/command", "store/frame"},
	"store/outbox":        {"store/command", "store/frame"},
	"store/search":        {"store/command", "store/civic"},
	"store/roster":        {"store/command", "store/civic"},
	"store/roster/sample": {"store/command", "store/civic", "store/roster"}, // a sample person is the row a perfect list would hold
	"store/report":        {"store/command", "store/civic"},

	"raft":          {},
	"raft/rafttest": {"raft"},

	"ui":          {"store/civic", "store/report", "ui/messages"},
	"ui/sample":   {"ui", "ui/messages"}, // models filled in for tests and the parts page
	"ui/messages": {},                    // a part of ui with a package of its own: codes to words, knowing neither pages nor records

	"node":          anything,                                                                                                                                                                                                  // "all below": it wires them; the compiler keeps it from importing what stands on it
	"node/cli":      anything,                                                                                                                                                                                                  // "node and what it needs": a subcommand may open any part by itself
	"node/lookup":   {"node/voting", "store/command", "store/civic", "store/report", "store/search", "store/match", "store/roster"},                                                                                            // the read models that pages and programs share
	"node/web":      {"store/command", "store/civic", "store/report", "store/search", "store/match", "store/roster", "ui", "ui/messages", "ui/sample", "node/auth", "node/lookup", "node/voting", "node/photo", "node/doctor"}, // ui/sample: the page of all parts; doctor: what examining the machine found
	"node/api":      {"store/command", "store/civic", "store/report", "store/search", "node/auth", "node/lookup"},
	"node/auth":     {"store/command", "store/civic"}, // and golang.org/x/crypto and pquerna/otp, which no fence closes
	"node/trust":    {"node/host"},                    // whose a file of keys is
	"node/voting":   {"store/command"},                // which machines should vote; pure, so that it can be judged by a table
	"node/peer":     {"store/command", "node/trust"},
	"node/deliver":  {"store/command", "store/outbox", "node/peer"},
	"node/upstream": {"store/command", "store", "store/civic", "node/trust"},
	"node/backup":   {"store/command", "node/host", "node/trust"},
	"node/demo":     {"node", "node/peer", "store/roster/sample", "store/civic", "store/command"},                // the switches on the links, and what the district is made of
	"node/nodetest": {"node", "node/demo", "node/lookup", "store/command", "store/civic", "store/roster/sample"}, // the names of things; the demonstration is the fixture, and a list of everybody

	"node/archtest":  {}, // these rules; tests only
	"node/modeltest": {}, // the way of a record against a model; tests only, likewise
	"node/simtest":   {}, // whole machines on simulated time; tests only, likewise
	"node/e2e":       {}, // the pages in a real browser; tests only, so it is imported by nobody and imports what it likes

	"node/host":    {},                               // the computer: a lock, memory, a log file, a start at boot
	"node/doctor":  {"node/lookup", "node/release"},  // what is wrong with a machine, from facts alone
	"node/release": {"node/host"},                    // this build, and how the next takes its place
	"node/photo":   {"store/command"},                // the code on a photographed card; bytes in, text out
	"store/match":  {"store/command", "store/civic"}, // residents who may be in the register twice
}

// fences says which packages, their tests included, may import a library. A
// library stands for everything below it.
var fences = []struct {
	library string
	owners  []string
}{
	{"github.com/dgraph-io/badger", []string{"store", "store/storetest"}},
	{"github.com/hashicorp/raft", []string{"raft", "raft/rafttest"}},
	{"github.com/hashicorp/raft-boltdb", []string{"raft", "raft/rafttest"}},
	{"go.etcd.io/bbolt", []string{"raft"}},
	{"github.com/gofiber/fiber", []string{"node", "node/web", "node/api"}},
	{"github.com/valyala/fasthttp", []string{"node", "node/web", "node/api"}}, // Fiber's engine
	{"html/template", []string{"ui"}},
	{"github.com/makiuchi-d/gozxing", []string{"node/photo"}},
	{"github.com/kardianos/service", []string{"node/host"}},
	{"golang.org/x/mod", []string{"node/release"}},
}

// designed are the packages whose decisions are written down in a DESIGN.md.
var designed = []string{"store", "raft", "ui", "node"}

// appliers may call Apply. The packages own a thing that is applied; the one
// file joins them. The tests of node/lookup fill a register of their own (what
// it may import keeps its code away from one), and so does the one test file.
var (
	appliers    = []string{"store", "raft", "raft/rafttest", "node/lookup", "node/modeltest"}
	applierFile = "node/machine.go"
	applierTest = "node/upstream/world_test.go"
)

// stamped are the variables that the linker fills in (-ldflags -X), since that is
// the only way to tell a build what it is released as. Nothing in the program
// writes to them.
var stamped = []string{"node/release.version", "node/release.keys"}

// vagueNames say nothing about what is inside.
var vagueNames = []string{"util", "common", "helper", "manager", "service", "types"}

const (
	maxLines     = 600 // of a file that is not a test; aim for 80 to 250
	maxMainLines = 60
	maxMethods   = 5 // of an interface
)

// maySleep lists the files that may call time.Sleep, each with its reason.
var maySleep = map[string]string{
	"raft/propose.go":            "the barrier's window: it passes whole, 20 ms at most, and nobody waits for it but the window's own callers",
	"node/simtest/story_test.go": "likewise: an hour of the story passes",
	"node/simtest/world_test.go": "likewise",
	"raft/rafttest/cluster.go":   "the pause between two looks at a condition; runs in synctest bubbles, where a ticker would not let time pass",
}

// readOnlyMakers return values that cannot change once made. A call to one of
// them is as good as a literal table.
var readOnlyMakers = []string{
	"regexp.MustCompile", "html/template.Must", "html/template.New",
	"encoding/base32.NewEncoding", "encoding/base64.NewEncoding", "hash/crc32.MakeTable",
	"strings.NewReplacer", "time.FixedZone",
	"strings.Fields", "strings.Split", // a table written as one line
	"sync.OnceValue", // a table derived from another when it is first needed
}

// versions pins what is only safe, or only builds, in one combination. "≥"
// allows later patches.
var versions = map[string]string{
	"github.com/dgraph-io/badger/v4":      "v4.9.6",  // older 4.9 loses or resurrects data
	"github.com/hashicorp/raft":           "v1.7.3",  // 1.8.0 does not build with raft-boltdb 2.3.1
	"github.com/hashicorp/raft-boltdb/v2": "v2.3.1",  //
	"go.etcd.io/bbolt":                    "≥v1.4.3", //
	"github.com/gofiber/fiber/v2":         "v2.52.15",
}

// topLevel is fixed; dot-files and what .gitignore names may stand beside it.
var topLevel = []string{
	"main.go", "node", "store", "ui", "raft",
	"go.mod", "go.sum", "Makefile", "README.md", "LICENSE",
}
