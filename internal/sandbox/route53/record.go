package route53

import (
	"errors"
	"fmt"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/acm"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// checkRecord normalises the names as the real provider does.
func checkRecord(in provider.Props) []provider.Failure {
	normalise(in, "name")
	aliases, _ := in["aliases"].([]any)
	for _, item := range aliases {
		if alias, ok := item.(map[string]any); ok {
			normalise(alias, "name")
		}
	}
	return nil
}

func createRecord(c *provider.Call) error {
	zone := zoneOf(c)
	c.New.Props["fqdn"] = fullName(fmt.Sprint(c.New.Props["name"]), zone)
	if err := admitName(c, zone); err != nil {
		return err
	}
	return admitContent(c, zone)
}

func updateRecord(c *provider.Call) error {
	if c.Changed("type") {
		return errors.New("the sandbox does not model changing the type of a record in place; " +
			"give the record another logical name: Pulumi then deletes it and creates a new one")
	}
	return admitContent(c, zoneOf(c))
}

// settleRecord issues the certificates that the record validates.
func settleRecord(c *provider.Call) error {
	if c.New != nil {
		acm.Issue(c.World)
	}
	return nil
}

func zoneOf(c *provider.Call) string {
	return fmt.Sprint(c.World.Get(ZoneType, "", fmt.Sprint(c.New.Props["zoneId"])).Props["name"])
}

// fullName appends the zone's name unless the name ends with it, as the real provider does.
func fullName(name, zone string) string {
	switch {
	case strings.HasSuffix(name, zone):
		return name
	case name == "":
		return zone
	default:
		return name + "." + zone
	}
}

// admitName refuses a name that is outside of the zone or in use.
func admitName(c *provider.Call, zone string) error {
	name, kind := fmt.Sprint(c.New.Props["fqdn"]), fmt.Sprint(c.New.Props["type"])
	switch {
	case name != zone && !strings.HasSuffix(name, "."+zone):
		return refuse("RRSet with DNS name %s. is not permitted in zone %s.", name, zone)
	case kind == "CNAME" && name == zone:
		return refuse("RRSet of type CNAME with DNS name %s. is not permitted at apex in zone %s.", name, zone)
	case kind == "NS" && name == zone && c.New.Props["allowOverwrite"] == true:
		return errors.New("the sandbox does not model changing the name servers of a zone itself")
	case kind == "NS" && name == zone:
		return exists(name, kind)
	}
	for _, other := range c.World.List(recordType, "") {
		if other.Props["zoneId"] != c.New.Props["zoneId"] || other.Props["fqdn"] != name {
			continue
		}
		if err := checkConflict(c.New, other, name, zone); err != nil {
			return err
		}
	}
	return nil
}

// checkConflict returns an error if a record must not have the same name as another one.
func checkConflict(record, other *world.Object, name, zone string) error {
	kind := fmt.Sprint(record.Props["type"])
	switch {
	case other.Props["type"] == kind && record.Props["allowOverwrite"] != true:
		return exists(name, kind)
	case other.Props["type"] == kind:
		return nil
	case kind == "CNAME":
		// The wording is a guess.
		return refuse("RRSet of type CNAME with DNS name %s. is not permitted as it conflicts with other records "+
			"with the same DNS name in zone %s.", name, zone)
	case other.Props["type"] == "CNAME":
		// The wording is a guess.
		return refuse("RRSet of type %s with DNS name %s. is not permitted because a conflicting RRSet of type CNAME "+
			"with the same DNS name already exists in zone %s.", kind, name, zone)
	}
	return nil
}

func exists(name, kind string) error {
	return refuse("Tried to create resource record set [name='%s.', type='%s'] but it already exists", name, kind)
}

func refuse(format string, args ...any) error {
	return provider.Errorf("InvalidChangeBatch", "[%s]", fmt.Sprintf(format, args...))
}
