"""Tests of the exchange between replicas."""
