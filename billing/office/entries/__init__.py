"""Time worked: logged, voided, verified, explained."""
