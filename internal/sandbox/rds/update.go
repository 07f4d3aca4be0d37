package rds

import (
	"errors"
	"fmt"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
)

// deferred are the properties whose change waits for the maintenance window unless applyImmediately is set.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.DBInstance.Modifying.html
var deferred = []string{
	"allocatedStorage", "iamDatabaseAuthenticationEnabled", "identifier", "instanceClass", "iops", "multiAz", "port",
	"storageThroughput", "storageType",
}

func updateInstance(c *provider.Call) error {
	if c.Changed("dbSubnetGroupName") {
		return refuseMove(c)
	}
	engine, err := upgrade(c)
	if err != nil {
		return err
	}
	if err := errors.Join(refuseDeferred(c, engine), admitGrowth(c)); err != nil {
		return err
	}
	dropCarried(c)
	if failures := checkWindows(c.New.Props); failures != nil {
		return fmt.Errorf("%s", failures[0].Reason)
	}
	for _, name := range []string{"address", "arn", "endpoint"} {
		delete(c.New.Props, name) // Filled in again.
	}
	return configure(c, engine)
}

// refuseMove refuses another subnet group. AWS allows it only in another VPC, which the sandbox does not model.
func refuseMove(c *provider.Call) error {
	old, _, err := networkOf(&provider.Call{Scope: c.Scope, World: c.World, New: c.Old})
	if err != nil {
		return err
	}
	vpc, _, err := networkOf(c)
	switch {
	case err != nil:
		return err
	case vpc.ID == old.ID:
		return provider.Errorf("InvalidVPCNetworkStateFault", "You cannot move DB instance %v to subnet group %v. The "+
			"specified DB subnet group and DB instance are in the same VPC. Choose a DB subnet group in different VPC than "+
			"the specified DB instance and try again.", c.Old.Props["identifier"], c.New.Props["dbSubnetGroupName"])
	}
	return fmt.Errorf("the sandbox does not model moving DB instance %v to another VPC", c.Old.Props["identifier"])
}

// dropCarried deletes IOPS and throughput that AWS chose for the previous storage and that no longer apply: the program
// cannot set them for gp3 below its striping size, and gp2 has none.
func dropCarried(c *provider.Call) {
	old, _ := c.Old.Props["allocatedStorage"].(float64)
	size, _ := c.New.Props["allocatedStorage"].(float64)
	kind, given := c.New.Props["storageType"].(string)
	baseline := c.Old.Props["storageType"] == "gp3" && old < stripedFrom && (size >= stripedFrom || kind != "gp3")
	for _, name := range []string{"iops", "storageThroughput"} {
		if !c.Changed(name) && given && (baseline || kind == "gp2" || kind == "gp3" && size < stripedFrom) {
			delete(c.New.Props, name)
		}
	}
	if kind != "gp3" && !c.Changed("storageThroughput") {
		delete(c.New.Props, "storageThroughput")
	}
}

// upgrade returns the version that the instance will have. A major version without a minor version matches any minor
// version.
func upgrade(c *provider.Call) (version, error) {
	running := actual(c.Old.Props["engineVersionActual"])
	text := fmt.Sprint(c.New.Props["engineVersion"])
	wanted, _ := parse(text)
	switch {
	case !c.Changed("engineVersion"), !strings.Contains(text, ".") && wanted.major == running.major:
		return running, nil
	case wanted.compare(running) < 0:
		return version{}, provider.Errorf(combination, "Cannot upgrade postgres from %s to %s", running, wanted)
	case wanted.major > running.major && c.New.Props["allowMajorVersionUpgrade"] != true:
		return version{}, provider.Errorf(combination,
			"The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version.")
	}
	return wanted, nil
}

func refuseDeferred(c *provider.Call, engine version) error {
	if c.New.Props["applyImmediately"] == true {
		return nil
	}
	waiting := ""
	for _, name := range deferred {
		if c.Changed(name) {
			waiting = name
		}
	}
	switch before, after := c.Old.Props["backupRetentionPeriod"], c.New.Props["backupRetentionPeriod"]; {
	case fmt.Sprint(c.Old.Props["engineVersionActual"]) != engine.String():
		waiting = "engineVersion"
	case before != after && (before == 0.0 || after == 0.0):
		waiting = "backupRetentionPeriod"
	}
	if waiting != "" {
		return fmt.Errorf("the sandbox does not model changes that wait for the maintenance window, as a change of %s does; "+
			"set applyImmediately", waiting)
	}
	return nil
}
