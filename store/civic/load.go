package civic

import (
	"encoding/json"
	"strings"

	"gocua/store/command"
)

// Load reads one record. ok is false when there is none, or when the stored
// bytes are not a T, which no rule can have written.
func Load[T any](v command.View, t command.RecordType, key command.Key) (rec T, ok bool) {
	b := v.Get(t, key)
	if b == nil {
		return rec, false
	}
	return rec, command.Unmarshal(b, &rec) == nil
}

// put is the change that leaves rec under key.
func put(t command.RecordType, key command.Key, rec any) command.Change {
	b, err := json.Marshal(rec)
	if err != nil {
		panic("civic: a record that cannot be encoded: " + err.Error())
	}
	return command.Change{Type: t, Key: key, Op: command.Put, Value: b}
}

// KeyOf is the key of a record named by an ID.
func KeyOf(id command.ID) command.Key { return command.Key(id.String()) }

// Scoped is the key under which the province keeps a cluster's record.
func Scoped(key command.Key, cluster string) command.Key {
	return key + "@" + command.Key(cluster)
}

// Bare is the key without the cluster it came from.
func Bare(key command.Key) command.Key {
	bare, _, _ := strings.Cut(string(key), "@")
	return command.Key(bare)
}

// Sibling is the key of a record named by ref in a record stored under key: of
// the same cluster, wherever that is.
func Sibling(key command.Key, ref string) command.Key {
	if _, cluster, ok := strings.Cut(string(key), "@"); ok {
		return Scoped(command.Key(ref), cluster)
	}
	return command.Key(ref)
}

// related lists the records whose term begins with the bare key of another, of
// the same cluster as that one.
func related(v command.View, ix command.Index, key command.Key) (keys []command.Key) {
	bare := Bare(key)
	for _, k := range v.Scan(ix, TermPrefix(string(bare))) {
		if k[len(Bare(k)):] == key[len(bare):] {
			keys = append(keys, k)
		}
	}
	return keys
}

// Resolve finds a record by the name people use for it. At the province that
// may be a record of any cluster; the first in cluster order is returned.
func Resolve(v command.View, t command.RecordType, name string) (command.Key, bool) {
	if v.Get(t, command.Key(name)) != nil {
		return command.Key(name), true
	}
	if id, err := command.ParseID(name); err == nil && t == TypeResident && Follow(v, id) != id {
		return Resolve(v, t, Follow(v, id).String()) // of a record that was merged
	}
	for cluster := range v.Scan(ClusterByCode, "") {
		if key := Scoped(command.Key(name), cluster); v.Get(t, key) != nil {
			return key, true
		}
	}
	return "", false
}

// term joins the parts of an index term or tally key so that a prefix ending
// in a separator selects exactly one part.
func term(parts ...string) string { return strings.Join(parts, "\x1f") }

// TermPrefix is the prefix of all terms that begin with these parts.
func TermPrefix(parts ...string) string { return strings.Join(parts, "\x1f") + "\x1f" }

// TermParts splits what term joined.
func TermParts(t string) []string { return strings.Split(t, "\x1f") }
