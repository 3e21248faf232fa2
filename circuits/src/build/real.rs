//! Functions of real numbers, approximated on decimals.

use super::kind::Number;
use super::value::Value;
use super::visibility::Visibility;
use crate::program::Function;

impl<V: Visibility> Value<V, Number> {
    /// e to the power of this, with as many decimals, less than a unit of the last one off.
    #[track_caller]
    pub fn exp(&self) -> Self {
        self.call(Function::Exp, &[])
    }

    /// [`exp`](Self::exp) with so many decimals.
    #[track_caller]
    pub fn exp_to(&self, decimals: u32) -> Self {
        self.call(Function::Exp, &[&i128::from(decimals)])
    }

    /// The natural logarithm, with as many decimals, less than a unit of the last one off; of a positive number.
    #[track_caller]
    pub fn log(&self) -> Self {
        self.call(Function::Log, &[])
    }

    /// [`log`](Self::log) with so many decimals.
    #[track_caller]
    pub fn log_to(&self, decimals: u32) -> Self {
        self.call(Function::Log, &[&i128::from(decimals)])
    }

    /// 1 / (1 + exp(-x)) of this x, with as many decimals, less than a unit of the last one off.
    #[track_caller]
    pub fn sigmoid(&self) -> Self {
        self.call(Function::Sigmoid, &[])
    }

    /// [`sigmoid`](Self::sigmoid) with so many decimals.
    #[track_caller]
    pub fn sigmoid_to(&self, decimals: u32) -> Self {
        self.call(Function::Sigmoid, &[&i128::from(decimals)])
    }

    /// The hyperbolic tangent, with as many decimals, less than a unit of the last one off.
    #[track_caller]
    pub fn tanh(&self) -> Self {
        self.call(Function::Tanh, &[])
    }

    /// [`tanh`](Self::tanh) with so many decimals.
    #[track_caller]
    pub fn tanh_to(&self, decimals: u32) -> Self {
        self.call(Function::Tanh, &[&i128::from(decimals)])
    }
}
